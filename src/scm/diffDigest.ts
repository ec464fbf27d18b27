/**
 * Commit messages: what a model is told of the changes, and the message in its reply. Knows nothing of VS Code, Git's
 * commands or Kiro; the text of changes comes in, a prompt goes out.
 */

/** Characters of a file's changes, and of all of them. A model needs what changed, not every line of a moved table. */
const mostOfFile = 12_000;
const mostOfAll = 60_000;
/** Their contents say nothing that their names do not. */
const generated =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|Gemfile\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|go\.sum|flake\.lock|packages\.lock\.json|gradle\.lockfile)$|\.min\.(js|css)$|\.(map|snap)$/;
/** What often holds secrets never leaves the machine for a commit message. */
const secret =
  /(^|\/)\.env(\.[^/]*)?$|(^|\/)\.(netrc|npmrc|pypirc)$|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$|\.(pem|key|p12|pfx|jks|keystore)$/i;

/** The changes of one file. */
interface FileChanges {
  name: string;
  text: string;
}

/**
 * The changes of a unified diff, as Git prints it, short enough for a prompt: lock files, binaries, and files that often
 * hold secrets by name only, and of a long file the beginning and how much is left out.
 */
export function digestOf(diff: string): string {
  const files = filesOf(diff);
  const share = Math.max(1_000, Math.min(mostOfFile, Math.floor(mostOfAll / Math.max(1, files.length))));
  const digests = files.map((file) => digestOfFile(file, share));
  const kept: string[] = [];
  let length = 0;
  for (const digest of digests) {
    if (length + digest.length > mostOfAll) break;
    kept.push(digest);
    length += digest.length;
  }
  const left = files.slice(kept.length).map(({ name }) => name);
  if (left.length > 0) kept.push(`(changed as well: ${namesOf(left)})`);
  return kept.join('\n');
}

/** Whether only the name of this file may be told. */
export function isToldByName(path: string): boolean {
  return generated.test(path) || secret.test(path);
}

function filesOf(diff: string): FileChanges[] {
  return diff
    .split(/^(?=diff --(?:git|cc|combined) )/m)
    .filter((text) => text.startsWith('diff '))
    .map((text) => ({ name: nameIn(text), text: text.trimEnd() }));
}

function nameIn(text: string): string {
  const [first = ''] = text.split('\n', 1);
  // A name with blanks is the same on both sides, but for its a/ and b/.
  const named = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/.exec(first)?.[2];
  return named ?? first.replace(/^diff --\S+ /, '');
}

function digestOfFile({ name, text }: FileChanges, most: number): string {
  if (isToldByName(name) || /^(Binary files|GIT binary patch)/m.test(text)) {
    const kind = /^(?:new|deleted) file/m.exec(text)?.[0] ?? 'changed';
    return `(${name}: ${kind}, contents not shown)`;
  }
  if (text.length <= most) return text;
  const cut = text.slice(0, text.lastIndexOf('\n', most));
  const left = text.slice(cut.length + 1).split('\n').length;
  return `${cut}\n(${left} more lines of ${name})`;
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, 100);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')}, and ${more} more` : shown.join(', ');
}
