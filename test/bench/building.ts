import type { Model } from '../../src/kiro/account/models';
import type { Message } from '../../src/kiro/chat/conversation';
import { buildRequest } from '../../src/kiro/chat/request/buildRequest';
import { noFallbacks } from '../../src/kiro/chat/request/requestFallbacks';
import { serialize } from '../../src/kiro/chat/request/serialize';
import { estimateRequest } from '../../src/kiro/tokenCount/messageTokens';
import { chatOf } from '../fixtures/kiroService';
import { type Figure, median, msOf, sideBySide } from './measure';

const model: Model = {
  id: 'claude-opus-4.8',
  name: 'Claude Opus 4.8',
  contextWindow: 1_000_000,
  maxOutputTokens: 128_000,
  images: true,
};
const plain = '  const total = lines.reduce((sum, line) => sum + line.amount, 0); // "gross"\n';
const typographic = plain.replaceAll('"', '“');

/** Two thousand messages, four megabytes: what a person says, calls, and long results. */
function history(): Message[] {
  const messages: Message[] = [];
  for (let turn = 0; turn < 500; turn++) {
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

/** From a long history to the bytes that are sent, and, beside it, what JSON alone takes for them. */
export async function building(): Promise<Figure[]> {
  const request = chatOf(history(), {
    system: plain.repeat(100),
    tools: [
      { name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object', properties: {} } },
    ],
  });
  const build = () => buildRequest(request, model, { origin: 'KIRO_CLI', fallbacks: noFallbacks }).body;
  const { body, length } = { body: build(), length: serialize(build()).length };
  const figures = await sideBySide(
    {
      ours: async () => msOf(() => serialize(build())),
      json: async () => msOf(() => Buffer.from(JSON.stringify(body))),
      counting: async () => msOf(() => estimateRequest(request)),
    },
    31,
  );
  return [
    { name: 'request, messages', value: request.messages.length, unit: '' },
    { name: 'request, size', value: length / 1e6, unit: 'MB' },
    { name: 'request, build and serialize', value: median(figures.ours), unit: 'ms', atMost: 20 },
    { name: 'request, JSON.stringify and UTF-8 alone', value: median(figures.json), unit: 'ms' },
    { name: 'request, estimate of all its tokens', value: median(figures.counting), unit: 'ms' },
  ];
}
