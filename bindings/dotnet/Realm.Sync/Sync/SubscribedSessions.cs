using System;
using System.Collections.Generic;
using System.Linq;

namespace Realms.Sync
{
    /// <summary>
    /// The sessions that have handlers. The library announces no change that <see cref="Session.Stop"/> makes, so the SDK does, to every
    /// session of the file. Held weakly: a session that was dropped without being closed is not kept alive.
    /// </summary>
    internal static class SubscribedSessions
    {
        private static readonly List<WeakReference<Session>> All = new List<WeakReference<Session>>();

        internal static void Add(Session session)
        {
            lock (All)
            {
                All.RemoveAll(entry => !entry.TryGetTarget(out _));
                All.Add(new WeakReference<Session>(session));
            }
        }

        internal static void Remove(Session session)
        {
            lock (All)
            {
                All.RemoveAll(entry => !entry.TryGetTarget(out var found) || ReferenceEquals(found, session));
            }
        }

        /// <summary>Those of the same file as <paramref name="session"/>, itself included.</summary>
        internal static IReadOnlyList<Session> Of(Session session)
        {
            lock (All)
            {
                return All.Select(entry => entry.TryGetTarget(out var found) ? found : null).OfType<Session>().Where(session.Equals).ToList();
            }
        }
    }
}
