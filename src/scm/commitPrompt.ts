/** What a commit message is written from. */
export interface CommitMatter {
  /** The digest of a diff; see `digestOf`. */
  changes: string;
  /** The last messages of this repository, the newest first. */
  recent: readonly string[];
  /** What the repository tells its helpers, for example in `AGENTS.md`. */
  instructions: readonly string[];
  /** What stands in the box already: the beginning of a message, or what the person wants it to say. */
  begun: string;
}

const mostOfInstructions = 8_000;
const mostOfMessage = 600;

/** The question to a model. Everything that comes from the repository is marked as such: it is not the person's wish. */
export function commitPrompt({ changes, recent, instructions, begun }: CommitMatter): string {
  const parts = [
    'Write the message of a Git commit for the changes below. Reply with the message alone: no introduction, no quotation ' +
      'marks, no code fence. The first line says what changes and why it matters, in at most 72 characters; after a blank ' +
      'line, a short body only where the first line cannot say it all. Name nothing that is not in the changes.',
    recent.length > 0
      ? `Keep to the style and the language of this repository's last messages:\n${fenced('messages', recent.map(shortened).join('\n---\n'))}`
      : '',
    instructions.length > 0
      ? `The repository's own instructions; only what they say of commit messages matters here:\n${fenced('instructions', instructions.join('\n\n').slice(0, mostOfInstructions))}`
      : '',
    begun.trim() === ''
      ? ''
      : `The person has already written this. Keep what it says, and complete it:\n${fenced('begun', begun.trim())}`,
    `The changes:\n${fenced('changes', changes)}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** The message in a reply, or in as much of it as has come. Models put it into a code fence now and then. */
export function messageIn(reply: string): string {
  const text = reply.replace(/^\s*```[^\n]*\n/, '').replace(/\n?\s*```\s*$/, '');
  return text.trim().replace(/^(["'`])([^\n]*)\1$/, '$2');
}

const shortened = (message: string) => message.trim().slice(0, mostOfMessage);
// Whatever stands in the text cannot end it: the mark is made of a name that the text does not have.
function fenced(name: string, text: string): string {
  let mark = name;
  while (text.includes(`</${mark}>`)) mark += '-';
  return `<${mark}>\n${text}\n</${mark}>`;
}
