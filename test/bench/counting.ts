import { readFileSync } from 'node:fs';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { estimateTokens } from '../../src/kiro/tokenCount/tokens';
import { type Figure, median, msOf, sideBySide } from './measure';

const languages = ['english', 'code', 'json', 'chinese', 'japanese', 'russian'];

/** How fast texts are counted, and how far the estimate is from a tokenizer's count. */
export async function counting(): Promise<Figure[]> {
  const sample = (language: string) => readFileSync(`test/unit/kiro/languages/${language}.txt`, 'utf8');
  const words = sample('json').split(/[",:]+/);
  const short = Array.from({ length: 5000 }, (_, index) => words[index % words.length] ?? '');
  const megabyte = Buffer.from(sample('code').repeat(400).slice(0, 1_000_000)).toString();
  const figures = await sideBySide(
    {
      short: () => msOf(() => short.forEach(estimateTokens)),
      megabyte: () => msOf(() => estimateTokens(megabyte)),
    },
    31,
  );
  const tokenizer = new Tiktoken(o200k);
  return [
    { name: 'count, 5,000 short texts', value: median(figures.short), unit: 'ms', atMost: 10 },
    { name: 'count, 1 MB', value: median(figures.megabyte), unit: 'ms', atMost: 10 },
    ...languages.map((language) => {
      const text = sample(language);
      const off = estimateTokens(text) / tokenizer.encode(text).length - 1;
      return { name: `count, off o200k, ${language}`, value: Math.abs(off) * 100, unit: '%', atMost: 15 };
    }),
  ];
}
