import type { Model } from '../../src/kiro/account/models';
import type { ChatRequest, Message, Tool } from '../../src/kiro/chat/conversation';
import { buildRequest } from '../../src/kiro/chat/request/buildRequest';
import { noFallbacks } from '../../src/kiro/chat/request/requestFallbacks';
import { serialize } from '../../src/kiro/chat/request/serialize';
import { estimateRequest } from '../../src/kiro/tokenCount/messageTokens';
import { chatOf } from '../fixtures/kiroService';
import { type Figure, median, msOf, ratio, sideBySide } from './measure';

const model: Model = {
  id: 'claude-opus-4.8',
  name: 'Claude Opus 4.8',
  contextWindow: 1_000_000,
  maxOutputTokens: 128_000,
  images: true,
};
const plain = '  const total = lines.reduce((sum, line) => sum + line.amount, 0); // "gross"\n';
const typographic = plain.replaceAll('"', '“');

/** Four messages for each turn, eight kilobytes: what a person says, calls, and long results. */
function history(turns: number): Message[] {
  const messages: Message[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const id = `tooluse_${turn}`;
    const line = turn % 10 === 0 ? typographic : plain;
    messages.push(
      { role: 'user', content: [{ kind: 'text', text: `Step ${turn}: ${line}` }] },
      {
        role: 'assistant',
        content: [
          { kind: 'text', text: `Reading. ${line.repeat(5)}` },
          { kind: 'toolCall', id, name: 'read_file', input: { path: `src/file${turn}.ts`, startLine: turn } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            kind: 'toolResult',
            callId: id,
            isError: false,
            content: [{ kind: 'text', text: line.repeat(90) }],
          },
        ],
      },
      { role: 'assistant', content: [{ kind: 'text', text: line.repeat(6) }] },
    );
  }
  return [...messages, { role: 'user', content: [{ kind: 'text', text: 'And now?' }] }];
}

/** Each with properties of every common kind. */
function tools(count: number): Tool[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `tool_${index}`,
    description: 'Reads a range of lines of a file, or lists a folder.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Where the file is.' },
        lines: { type: 'array', items: { type: 'integer', minimum: 1 }, maxItems: 2 },
        mode: { enum: ['text', 'binary'] },
      },
      required: ['path'],
    },
  }));
}

/** A chat of a day with some tools, and one of a week with every tool there is. */
export async function building(): Promise<Figure[]> {
  return [
    ...(await buildingOf(
      'request',
      chatOf(history(500), { system: plain.repeat(100), tools: tools(1) }),
      20,
    )),
    ...(await buildingOf('long request', chatOf(history(1250), { system: plain, tools: tools(500) }))),
  ];
}

/** From a history to the bytes that are sent, and, beside it, what JSON alone takes for them. */
async function buildingOf(name: string, request: ChatRequest, atMost?: number): Promise<Figure[]> {
  const build = () => buildRequest(request, model, { origin: 'KIRO_CLI', fallbacks: noFallbacks }).body;
  const { body, length } = { body: build(), length: serialize(build()).length };
  const figures = await sideBySide(
    {
      ours: () => msOf(() => serialize(build())),
      json: () => msOf(() => Buffer.from(JSON.stringify(body))),
      counting: () => msOf(() => estimateRequest(request)),
    },
    31,
  );
  return [
    { name: `${name}, messages`, value: request.messages.length, unit: '' },
    { name: `${name}, tools`, value: request.tools.length, unit: '' },
    { name: `${name}, size`, value: length / 1e6, unit: 'MB' },
    {
      name: `${name}, build and serialize`,
      value: median(figures.ours),
      unit: 'ms',
      ...(atMost ? { atMost } : {}),
    },
    { name: `${name}, JSON.stringify and UTF-8 alone`, value: median(figures.json), unit: 'ms' },
    { name: `${name}, ours ÷ JSON`, value: ratio(figures.ours, figures.json), unit: '×' },
    { name: `${name}, estimate of all its tokens`, value: median(figures.counting), unit: 'ms' },
  ];
}
