/** A text from outside, safe to stand in a message: control characters are written out and the middle of a long one is left out. */
export function shown(text: string): string {
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, writtenOut);
  return escaped.length <= 160 ? escaped : `${escaped.slice(0, 100)}…${escaped.slice(-50)}`;
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
