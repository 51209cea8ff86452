import { enterToken } from '../api/session.js';
import { useWords } from '../words/language.js';
import { Preferences } from './preferences.js';

/** For a server whose configuration names a token, and for a session that has ended. */
export function TokenForm() {
  const { token: words } = useWords();
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    if (typeof token === 'string' && token) enterToken(token);
  };
  return (
    <main class="narrow">
      <h1>{words.title}</h1>
      <p>
        {words.enter}{' '}
        <a href={location.href} onClick={() => location.reload()}>
          {words.reload}
        </a>
        .
      </p>
      <form class="stack" onSubmit={enter}>
        <label class="field">
          <span>{words.token}</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button class="primary">{words.goOn}</button>
      </form>
      <Preferences />
    </main>
  );
}
