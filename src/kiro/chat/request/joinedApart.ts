import type { Content } from '../conversation';

const blankLine = '\n\n';

/** Content that stands apart: a blank line between the texts of two blocks, and nothing added inside of one. */
export function joinedApart(blocks: readonly Content[][]): Content[] {
  const joined: Content[] = [];
  let before = '';
  for (const block of blocks) {
    const texts = block.flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part.text] : []));
    const [first = ''] = texts;
    const isApart = before.endsWith(blankLine) || first.startsWith(blankLine);
    if (before && first && !isApart) joined.push({ kind: 'text', text: blankLine });
    joined.push(...block);
    before = texts.at(-1) ?? before;
  }
  return joined;
}
