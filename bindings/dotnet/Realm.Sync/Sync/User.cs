using System;
using Realms.Interop;

namespace Realms.Sync
{
    /// <summary>Somebody who syncs: an identity and the token that proves it to the server. Usable from any thread.</summary>
    public sealed class User : IEquatable<User>
    {
        private string accessToken;

        /// <summary>Makes a user of an app.</summary>
        /// <param name="app">The app, which knows the server.</param>
        /// <param name="id">The identity that the token is for.</param>
        /// <param name="accessToken">The signed token; the server checks it when a session connects.</param>
        public User(App app, string id, string accessToken)
        {
            App = app ?? throw new ArgumentNullException(nameof(app));
            Id = id ?? throw new ArgumentNullException(nameof(id));
            this.accessToken = accessToken ?? throw new ArgumentNullException(nameof(accessToken));
            Handle = UserHandle.New(id, accessToken);
        }

        /// <summary>The app of the user.</summary>
        public App App { get; }

        /// <summary>The identity.</summary>
        public string Id { get; }

        /// <summary>
        /// The token. Sessions that wait for a fresh one go on when it is set, others use it from their next connection on.
        /// </summary>
        public string AccessToken
        {
            get => accessToken;
            set
            {
                Handle.SetAccessToken(value ?? throw new ArgumentNullException(nameof(value)));
                accessToken = value;
            }
        }

        internal UserHandle Handle { get; }

        /// <summary>Users are equal when their app and identity are.</summary>
        public bool Equals(User? other) => other != null && ReferenceEquals(App, other.App) && Id == other.Id;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => Equals(obj as User);

        /// <inheritdoc/>
        public override int GetHashCode() => Id.GetHashCode();
    }
}
