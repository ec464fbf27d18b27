/** The serializer of AWS's own client, which knows the official model of a request. */
import assert from 'node:assert/strict';
import {
  CodeWhispererStreamingClient,
  GenerateAssistantResponseCommand,
  type GenerateAssistantResponseRequest,
} from '@aws/codewhisperer-streaming-client';

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What the official client sends for a body as this project writes it. Nothing leaves the process. */
export async function sentByOfficialClient(body: unknown): Promise<Sent> {
  const input = asInput(body) as GenerateAssistantResponseRequest;
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

class Intercepted extends Error {}

// What the wire has as base64, the client takes as bytes.
function asInput(value: unknown, member = ''): unknown {
  const isBlob = member === 'bytes' || member === 'redactedContent';
  if (typeof value === 'string') return isBlob ? new Uint8Array(Buffer.from(value, 'base64')) : value;
  if (Array.isArray(value)) return value.map((element) => asInput(element));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asInput(inner, name)]));
}
