using System;

namespace Realms
{
    /// <summary>Where a <see cref="Transaction"/> is.</summary>
    public enum TransactionState
    {
        /// <summary>Neither committed nor rolled back.</summary>
        Running,

        /// <summary>Its changes are in the file.</summary>
        Committed,

        /// <summary>Its changes are undone.</summary>
        RolledBack,
    }

    /// <summary>A write transaction. Disposing of one that is running rolls it back.</summary>
    public sealed class Transaction : IDisposable
    {
        private readonly Realm realm;

        internal Transaction(Realm realm) => this.realm = realm;

        /// <summary>Where the transaction is.</summary>
        public TransactionState State { get; private set; }

        /// <summary>Commits: when it returns the changes are on disk, and queued for upload if the realm is synced.</summary>
        /// <exception cref="InvalidOperationException">The transaction is over.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed, which rolled the transaction back.</exception>
        public void Commit()
        {
            ThrowIfOver();

            // A commit that fails was rolled back.
            State = TransactionState.RolledBack;
            realm.ObjectsChanged();
            realm.Handle.Commit();
            State = TransactionState.Committed;
        }

        /// <summary>Undoes everything since the transaction began.</summary>
        /// <exception cref="InvalidOperationException">The transaction is over.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed, which rolled the transaction back.</exception>
        public void Rollback()
        {
            ThrowIfOver();
            State = TransactionState.RolledBack;
            realm.ObjectsChanged();
            realm.Handle.Rollback();
        }

        /// <summary>Rolls the transaction back if it is running.</summary>
        public void Dispose()
        {
            if (State == TransactionState.Running && !realm.IsClosed)
            {
                Rollback();
            }
        }

        private void ThrowIfOver()
        {
            realm.ThrowIfClosed();
            if (State != TransactionState.Running)
            {
                throw new InvalidOperationException($"The transaction is over: {State}.");
            }
        }
    }
}
