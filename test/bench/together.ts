import { chatOf } from '../fixtures/kiroService';
import { type Figure, median, ratio, sideBySide } from './measure';
import { withService } from './serviceProcess';

const chats = 16;
/** What a quick model takes to begin. */
const beginsAfterMs = 300;

/** How long the first part of an answer takes: of a chat alone, and of the slowest of sixteen that are asked at once. */
export async function together(): Promise<Figure[]> {
  return await withService(beginsAfterMs, async ({ client, model }) => {
    const firstPartMs = async () => {
      const { signal } = new AbortController();
      const start = performance.now();
      let first: number | undefined;
      for await (const _part of client.chat(chatOf('Hi'), model, { signal }))
        first ??= performance.now() - start;
      return first ?? Number.NaN;
    };
    const figures = await sideBySide(
      {
        alone: firstPartMs,
        slowest: async () => Math.max(...(await Promise.all(Array.from({ length: chats }, firstPartMs)))),
      },
      15,
    );
    return [
      { name: 'chat, first part, alone', value: median(figures.alone), unit: 'ms' },
      { name: 'chat, first part, slowest of 16 at once', value: median(figures.slowest), unit: 'ms' },
      {
        name: 'chat, slowest of 16 ÷ alone',
        value: ratio(figures.slowest, figures.alone),
        unit: '×',
        atMost: 1.5,
      },
    ];
  });
}
