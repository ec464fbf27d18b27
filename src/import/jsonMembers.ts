interface Member {
  name: string;
  /** Where its value stands in the text. */
  start: number;
  end: number;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * The text of a JSON object with other values for some of its members; every other character stays as it is: spaces,
 * order, spellings of numbers, members nobody knows. Members the object does not have are not added. The text must be
 * a JSON object.
 */
export function withMembers(text: string, values: ReadonlyMap<string, unknown>): string {
  let written = '';
  let done = 0;
  for (const { name, start, end } of membersOf(text)) {
    if (!values.has(name)) continue;
    written += text.slice(done, start) + JSON.stringify(values.get(name));
    done = end;
  }
  return written + text.slice(done);
}

function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let start: number | undefined;
  let end = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      if (name !== undefined && start !== undefined) members.push({ name, start, end });
      name = undefined;
      start = undefined;
    } else if (depth === 1 && name === undefined) {
      name = String(JSON.parse(token));
    } else if (depth > 0 && start === undefined && token !== ':') {
      start = index;
    }
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    end = index + token.length;
  }
  return members;
}
