const maxLength = 400;

// Shapes a credential takes in Kiro's world (access `aoa…`, refresh `aor…`, API key `ksk_…`), JWTs, and any long
// unbroken run of token characters: request ids and ARNs have separators well before forty characters.
const tokenShapes = [
  /\b(?:aoa|aor|ksk_)[A-Za-z0-9_\-+/=:.]{6,}/g,
  /\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,4}/g,
  /\bBearer\s+\S+/gi,
];
const secretShapes = [...tokenShapes, /[A-Za-z0-9_+/=]{40,}/g];

/** A text from outside, safe for a log or a message: token-like runs masked, control characters folded, at most 400 characters. */
export function redact(text: string): string {
  let safe = masked(text, secretShapes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  safe = safe.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
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

/** A text that a person may show to others: besides secrets, addresses, account numbers and paths are masked. Lines and length stay. */
export function redactPersonal(text: string): string {
  return personalShapes.reduce(
    (safe, [shape, instead]) => safe.replace(shape, instead),
    masked(text, secretShapes),
  );
}

function masked(text: string, shapes: readonly RegExp[]): string {
  return shapes.reduce((safe, shape) => safe.replace(shape, '[redacted]'), text);
}
