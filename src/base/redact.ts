const maxLength = 400;

// Shapes a credential takes in Kiro's world (access `aoa…`, refresh `aor…`, API key `ksk_…`), JWTs, and any long
// unbroken run of token characters: request ids and ARNs have separators well before forty characters.
const tokenShapes = [
  /\b(?:aoa|aor|ksk_)[A-Za-z0-9_\-+/=:.]{6,}/g,
  /\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,4}/g,
  /\bBearer\s+\S+/gi,
];
const secretShapes = [...tokenShapes, /[A-Za-z0-9_+/=]{40,}/g];

/** A text from outside, safe for a log or a message: token-like runs masked, inert, at most 400 characters. */
export function redact(text: string): string {
  const safe = inert(masked(text.slice(0, 100 * maxLength), secretShapes));
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
}

/** The stack of a bug, safe for a log: the runtime quotes what it was given, such as a header with a token. Paths stay. */
export function redactStack(stack: string): string {
  return masked(stack, tokenShapes);
}

// What is a person's, beside what is secret: addresses, AWS account numbers, and paths, each of at least two names.
const personalShapes: readonly [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[email]'],
  [/\b\d{12}\b/g, '[account number]'],
  [/\b[A-Za-z]:\\[^\s"'|<>]+/g, '[path]'],
  [/(?<![\w/:.~-])~?\/(?:[^\s/"'|<>()`]+\/)+[^\s/"'|<>()`]*/g, '[path]'],
];

/** A text that a person may show to others: besides secrets, addresses, account numbers and paths are masked, and what a terminal would obey. Lines and length stay. */
export function redactPersonal(text: string): string {
  return personalShapes.reduce(
    (safe, [shape, instead]) => safe.replace(shape, instead),
    masked(text, secretShapes).replace(/[^\P{Cc}\n\r\t]/gu, '\ufffd'),
  );
}

function masked(text: string, shapes: readonly RegExp[]): string {
  return shapes.reduce((safe, shape) => safe.replace(shape, '[redacted]'), text);
}

const mostOfName = 120;

// Control characters, those that turn the direction of what follows, and those that nobody sees.
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * A text from outside that means nothing where it is shown: notifications make links of `[…](…)`, which may run commands, and
 * lists make icons of `$(…)`. It has one line, and shows all of its characters.
 */
function inert(text: string): string {
  return text
    .replace(unseen, ' ')
    .replace(/\](?=\()/g, '] ')
    .replace(/\$(?=\()/g, '$ ')
    .trim();
}

/** A name from outside, of a model, a plan or a person; longer ones are cut off. */
export function nameFrom(text: string, most = mostOfName): string {
  const name = inert(text.slice(0, 10 * most)).replace(/\s+/g, ' ');
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
