import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { FaultError } from '../../../shared/errors.js';

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[] | undefined | false;

/** HTML with everything that is put in escaped, but for what is HTML already. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, piece, i) => text + shown(parts[i - 1]) + piece));
}

function shown(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return String(part).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; --line: #8886; --accent: #1f5fbf; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; --wrong: #f2b8b5; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 10vh auto 4rem; padding: 0 1.25rem; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .6rem .7rem; font: inherit; border: 1px solid var(--line); border-radius: .4rem; }
input.code { font: 1.4rem ui-monospace, monospace; letter-spacing: .1em; text-transform: uppercase; }
button, a.button { display: block; width: 100%; margin-top: 1.25rem; padding: .65rem; font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; color: #fff; background: #1f5fbf; border: 1px solid #1f5fbf; border-radius: .4rem; cursor: pointer; }
button.second { color: inherit; background: none; border-color: var(--line); }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { font-size: .9rem; opacity: .8; margin: .25rem 0 0; }
.wrong { border-left: 4px solid var(--wrong); padding: .5rem .75rem; margin: 0 0 1rem; }
.or { margin: 1.5rem 0 0; text-align: center; opacity: .8; }
ul { padding-left: 1.2rem; }
`;

/** Made apart from the page, whose layout is nobody's business: the policy knows this text by its digest. */
const styleElement = new Html(`<style>${style}</style>`);

const styleDigest = createHash('sha256').update(style).digest('base64');

export interface PageParts {
  title: string;
  content: Html;
  /** What went wrong. */
  problem?: { code: string; message: string } | undefined;
  /** HTTP status. */
  status?: number;
  /** Origins that forms may lead to, besides this server. */
  formTargets?: readonly string[];
}

/** Sends a page that loads nothing, runs nothing, is kept by nobody and stands in no frame. Its status is 429 for whoever is slowed down. */
export function sendPage(
  reply: FastifyReply,
  { title, content, problem, status = 200, formTargets = [] }: PageParts,
): FastifyReply {
  const policy = [
    ...[
      "default-src 'none'",
      `style-src 'sha256-${styleDigest}'`,
      'img-src data:',
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ],
    `form-action ${["'self'", ...formTargets].join(' ')}`,
  ];
  const wait = problem instanceof FaultError ? problem.details['retryAfterSeconds'] : undefined;
  if (wait !== undefined) void reply.header('retry-after', wait);
  return reply
    .code(problem?.code === 'RATE_LIMITED' ? 429 : status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy.join('; '))
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'DENY')
    .send(whole(title, content, problem).text);
}

function whole(title: string, content: Html, problem: PageParts['problem']): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Residua</title>
        <link rel="icon" href="data:," />
        ${styleElement}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${problem && html`<p class="wrong" role="alert" data-code="${problem.code}">${sentence(problem.message)}</p>`}
          ${content}
        </main>
      </body>
    </html> `;
}

/** What other doors report as part of a list, as somebody reads it on a page. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}
