/** Characters that stand for those of a text, by their bytes in UTF-8: every length stays what it was. */
const letters = ['', 'x', 'ß', '全', '😀'];

/** A text of the same length and the same white space that says nothing. */
export function fillerOf(text: string): string {
  return text.replace(/\S/gu, (character) => {
    const isLone = character.length === 1 && /[\ud800-\udfff]/.test(character);
    return isLone ? character : (letters[Buffer.byteLength(character)] ?? 'x');
  });
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz';

/** Fillers for names: one for each, and different ones where there is room for it. */
export class Pseudonyms {
  private readonly given = new Map<string, string>();
  private readonly taken = new Set<string>();

  constructor(private readonly known: ReadonlySet<string> = new Set()) {}

  of(name: string): string {
    if (this.known.has(name)) return name;
    const before = this.given.get(name);
    if (before !== undefined) return before;
    let filler = fillerOf(name);
    for (let count = 0; this.taken.has(filler) && count < alphabet.length ** 2; count++) {
      const end = `${alphabet[Math.floor(count / alphabet.length)]}${alphabet[count % alphabet.length]}`;
      filler = `${fillerOf(name).slice(0, -2)}${end.slice(-name.length)}`;
    }
    this.given.set(name, filler);
    this.taken.add(filler);
    return filler;
  }
}

const jsonTokens = /"(?:[^"\\]|\\.)*(?:"|\\?$)(?=(\s*:)?)|\b(?:true|false|null)\b|[^\s{}[\]:,"]/gsu;

/** A text of JSON, or one that was to be JSON, of the same length and structure that says nothing. */
export function fillerOfJson(json: string, names: Pseudonyms): string {
  return json.replace(jsonTokens, (token: string, colon: string | undefined) => {
    if (/^(true|false|null|[-+.eE0])$/.test(token)) return token;
    if (/^\d$/.test(token)) return '1';
    if (!token.startsWith('"')) return fillerOf(token);
    const end = token.length > 1 && token.endsWith('"') ? '"' : '';
    const inner = token.slice(1, token.length - end.length);
    return `"${colon ? names.of(inner) : fillerOf(inner)}${end}`;
  });
}

/** The same for a value. */
export function fillerOfValue(value: unknown, names: Pseudonyms): unknown {
  if (typeof value === 'string') return fillerOf(value);
  if (typeof value === 'number') return Number(String(value).replace(/[1-9]/g, '1'));
  if (Array.isArray(value)) return value.map((element) => fillerOfValue(element, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [names.of(name), fillerOfValue(inner, names)]),
  );
}
