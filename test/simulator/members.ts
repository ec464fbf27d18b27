/** What is wrong with the members of a small JSON body, in words; undefined if nothing. `!` marks a required one. */
export function checkMembers(
  body: Record<string, unknown>,
  members: Record<string, 'string' | 'string!' | 'strings'>,
): string | undefined {
  const unknown = Object.keys(body).find((name) => !(name in members));
  if (unknown !== undefined) return `${unknown} is no member of this request`;
  for (const [name, type] of Object.entries(members)) {
    const value = body[name];
    if (value === undefined) {
      if (type === 'string!') return `${name} is required`;
    } else if (type === 'strings') {
      if (!Array.isArray(value) || value.some((element) => typeof element !== 'string')) {
        return `${name} should be a list of strings`;
      }
    } else if (typeof value !== 'string' || value === '') return `${name} should be a string`;
  }
  return undefined;
}
