/** Markup that needs no more escaping. Made by {@link html} and {@link trusted} only. */
export class Html {
  constructor(readonly markup: string) {}
}

type Text = string | number | null | undefined | false;
type Content = Html | Text | readonly Content[];

/** A template whose every inserted text is escaped; nested `html` and lists of it are inserted as they are. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(parts.map((part, i) => part + (i < contents.length ? markupOf(contents[i]) : '')).join(''));
}

/** Marks text as markup. Only for what this program made itself: chart SVG, data URIs, the style sheet. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object' && content !== null) return content.map(markupOf).join('');
  if (content === null || content === undefined || content === false) return '';
  return escapeText(String(content));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also takes away what could reorder or hide text on the page: control and bidirectional characters. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
