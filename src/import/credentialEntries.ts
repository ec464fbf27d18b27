import { type ParseError, parse } from 'jsonc-parser/lib/esm/main.js';
import { isRecord, parseJson } from '../base/json';
import { parseRegistration, type Registration, snakeCased } from './credentialFields';

type Entry = Record<string, unknown>;

const tokenNames = ['access_token', 'refresh_token', 'kiro_api_key', 'api_key'];

/**
 * What may be a login in the text of a file, whichever program exported it: one object, a list, objects by name, one
 * object or token per line; tokens at any depth below names of their own, a client registration beside them or as an entry
 * of the list. JSON may have comments and trailing commas. Undefined where the text is nothing of the kind.
 */
export function entriesIn(text: string): unknown[] | undefined {
  const json = lenientJson(text);
  const entries = typeof json === 'object' && json !== null ? entriesOf(json) : entriesByLine(text);
  return entries && joined(entries);
}

function lenientJson(text: string): unknown {
  const json = parseJson(text);
  if (json !== undefined) return json;
  const errors: ParseError[] = [];
  const lenient: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length ? undefined : lenient;
}

function entriesByLine(text: string): unknown[] | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const entries = lines
    .filter((line) => line && !/^(#|\/\/)/.test(line))
    .flatMap((line) => entriesOf(lineOf(line)));
  return entries.some(isRecord) ? entries : undefined;
}

function lineOf(line: string): unknown {
  const json = lenientJson(line.replace(/,$/, ''));
  return isRecord(json) ? json : /^["']?(aor|ksk_)/.test(line) ? line : undefined;
}

function entriesOf(json: unknown): unknown[] {
  if (Array.isArray(json)) return json.flatMap(entriesOf);
  if (typeof json === 'string') return [tokenEntry(json.replace(/^["']|["',;]+$/g, ''))];
  if (!isRecord(json) || hasToken(json)) return [json];
  const logins = Object.values(json).filter(isRecord).filter(hasToken);
  if (logins.length === 1) return [{ ...json, ...logins[0] }];
  const lists = Object.values(json).filter(Array.isArray).filter(isListOfLogins);
  if (!logins.length && !lists.length) return [json];
  return [...logins, ...lists.flatMap(entriesOf)];
}

// Other lists of an account are of text that is no token: scopes, names of models.
function isListOfLogins(list: unknown[]): boolean {
  return list.every((one) => isRecord(one) || (typeof one === 'string' && /^(aor|ksk_)/.test(one)));
}

function tokenEntry(token: string): unknown {
  if (token.startsWith('ksk_')) return { kiro_api_key: token };
  return token.startsWith('aor') ? { refresh_token: token } : token;
}

function hasToken(entry: Entry): boolean {
  const fields = snakeCased(entry);
  return tokenNames.some((name) => typeof fields[name] === 'string');
}

/** The entries with their clients, which may be objects in them or entries of their own. */
function joined(entries: unknown[]): unknown[] {
  const taken = new Set<unknown>();
  const completed = entries.map((one) => {
    if (!isRecord(one) || !hasToken(one)) return one;
    const { client_id: id, client_secret: secret } = snakeCased(one);
    if (secret) return one;
    const found = [...Object.values(one), ...entries].flatMap((from) =>
      registrationIn(from).map((client) => ({ from, client })),
    );
    const its = id
      ? found.find(({ client }) => client.client_id === id)
      : found.length === 1
        ? found[0]
        : undefined;
    taken.add(its?.from);
    return { ...one, ...its?.client };
  });
  return completed.filter((one) => !taken.has(one));
}

function registrationIn(value: unknown): Registration['client'][] {
  const parsed = isRecord(value) && !hasToken(value) ? parseRegistration(value) : undefined;
  return parsed?.kind === 'ok' ? [parsed.value.client] : [];
}
