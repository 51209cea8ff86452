import { enterToken } from '../api/session.js';

/** For a server whose configuration names a token, and for a session that has ended. */
export function TokenForm() {
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    if (typeof token === 'string' && token) enterToken(token);
  };
  return (
    <main class="narrow">
      <h1>This server asks who you are</h1>
      <p>
        Enter a token of this server; it is kept for this tab alone. If you had signed in, your session has ended:{' '}
        <a href={location.href} onClick={() => location.reload()}>
          load the page again
        </a>
        .
      </p>
      <form class="stack" onSubmit={enter}>
        <label class="field">
          <span>Token</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button class="primary">Go on</button>
      </form>
    </main>
  );
}
