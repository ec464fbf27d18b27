const maxLength = 400;

// Shapes a credential takes in Kiro's world (access `aoa…`, refresh `aor…`, API key `ksk_…`), JWTs, and any long
// unbroken run of token characters: request ids and ARNs have separators well before forty characters.
const secretShapes = [
  /\b(?:aoa|aor|ksk_)[A-Za-z0-9_\-+/=:.]{6,}/g,
  /\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,4}/g,
  /\bBearer\s+\S+/gi,
  /[A-Za-z0-9_+/=]{40,}/g,
];

/** A text from outside, safe for a log or a message: token-like runs masked, control characters folded, at most 400 characters. */
export function redact(text: string): string {
  let safe = text;
  for (const shape of secretShapes) safe = safe.replace(shape, '[redacted]');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  safe = safe.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
}
