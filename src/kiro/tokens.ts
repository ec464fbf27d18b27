/** A text's rough number of tokens, from the kinds of characters in it. Pure arithmetic: the host asks thousands of times a turn. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (let index = 0; index < text.length; index++) tokens += weight(text.charCodeAt(index));
  return Math.ceil(tokens);
}

// Tokens per UTF-16 unit, by class.
function weight(unit: number): number {
  if (unit < 0x80) {
    if ((unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90)) return 0.21;
    if (unit >= 48 && unit <= 57) return 0.4;
    return unit === 32 ? 0.05 : 0.5;
  }
  if (unit < 0x0530) return 0.32; // Latin with accents, Greek, Cyrillic
  if (unit < 0x2e80) return 0.5; // other alphabets and symbols
  if (unit >= 0xd800 && unit <= 0xdfff) return 0.75; // half of an emoji
  return 0.75; // CJK, kana, Hangul
}
