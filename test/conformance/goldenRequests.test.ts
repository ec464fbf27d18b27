/** The bodies that this project sends, from the same logical requests through the serializer of AWS's own client. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import {
  CodeWhispererStreamingClient,
  GenerateAssistantResponseCommand,
  type GenerateAssistantResponseRequest,
} from '@aws/codewhisperer-streaming-client';

const folder = 'test/unit/kiro/golden';

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

describe('The official client', () => {
  for (const file of readdirSync(folder)) {
    it(`sends ${file} as this project does`, async () => {
      const ours: unknown = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      const sent = await sentFor(asInput(ours) as GenerateAssistantResponseRequest);
      assert.deepEqual(JSON.parse(sent.body), ours);
      assert.deepEqual([sent.method, sent.path], ['POST', '/generateAssistantResponse']);
      assert.equal(sent.headers['content-type'], 'application/json');
    });
  }
});

class Intercepted extends Error {}

async function sentFor(input: GenerateAssistantResponseRequest): Promise<Sent> {
  let sent: Sent | undefined;
  const client = new CodeWhispererStreamingClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    token: { token: 'x' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: Sent) => {
        sent = { ...request, body: Buffer.from(request.body).toString() };
        throw new Intercepted();
      },
    },
  });
  await assert.rejects(client.send(new GenerateAssistantResponseCommand(input)), Intercepted);
  assert.ok(sent);
  return sent;
}

// What the wire has as base64, the client takes as bytes.
function asInput(value: unknown, member = ''): unknown {
  const isBlob = member === 'bytes' || member === 'redactedContent';
  if (typeof value === 'string') return isBlob ? new Uint8Array(Buffer.from(value, 'base64')) : value;
  if (Array.isArray(value)) return value.map((element) => asInput(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asInput(inner, name)]));
}
