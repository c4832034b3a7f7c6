using System;
using System.Threading;
using System.Threading.Tasks;
using Realms.Exceptions;
using Realms.Interop;
using Realms.Sync.Exceptions;

namespace Realms.Sync
{
    /// <summary>One wait of a session. The library completes it exactly once, whatever becomes of the session.</summary>
    internal sealed class Wait : IWaitSink
    {
        // Continuations must not run on the thread of the client's callbacks, where they could hold up every session.
        private readonly TaskCompletionSource<bool> source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly string what;

        private Wait(string what) => this.what = what;

        internal static Task Begin(Action<IWaitSink> register, string what, CancellationToken cancellationToken)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromCanceled(cancellationToken);
            }

            var wait = new Wait(what);
            register(wait);
            return cancellationToken.CanBeCanceled ? wait.OrCancelled(cancellationToken) : wait.source.Task;
        }

        void IWaitSink.OnDone(LastError? error)
        {
            if (error is LastError failed)
            {
                var inner = new SessionException(failed.Message, (ErrorCode)failed.Number);
                source.TrySetException(new RealmException($"The {what} did not complete: {failed.Message}", inner));
            }
            else
            {
                source.TrySetResult(true);
            }
        }

        /// <summary>A token may outlive many waits, so each takes its registration back.</summary>
        private async Task OrCancelled(CancellationToken cancellationToken)
        {
            using (cancellationToken.Register(() => source.TrySetCanceled(cancellationToken)))
            {
                await source.Task.ConfigureAwait(false);
            }
        }
    }
}
