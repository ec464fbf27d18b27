/** Plays a scripted answer onto one HTTP response. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeFrame, errorHeaders, eventHeaders, exceptionHeaders } from './frames';
import type { HttpReply } from './reply';
import type { Payload, Step } from './steps';

export interface Playing {
  conversationId: string;
  /** Told of every event before it is sent. */
  onEvent: (type: string, payload: Payload) => void;
  /** Aborted as soon as the client is gone. */
  gone: AbortSignal;
}

/** The bytes of the stream these steps make, so that a test can cut it at any of them. */
export function streamOf(steps: readonly Step[]): Uint8Array {
  return Buffer.concat(steps.flatMap((step) => encode(step) ?? []));
}

/** Sends the steps, each event in a write of its own, and ends the response. */
export async function play(
  steps: readonly Step[],
  response: ServerResponse,
  playing: Playing,
): Promise<void> {
  const first = steps[0];
  if (first?.kind === 'httpError') return sendReply(first.reply, response);

  response.writeHead(200, {
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-requestid': randomUUID(),
    'x-amzn-codewhisperer-conversation-id': playing.conversationId,
  });
  // The service answers before its model does: the headers must not wait for the first event.
  response.flushHeaders();

  const limit = steps.find((step) => step.kind === 'limit');
  let left = limit?.bytes ?? Number.POSITIVE_INFINITY;
  for (const step of steps) {
    if (playing.gone.aborted) return;
    if (step.kind === 'break') return breakConnection(response);
    if (step.kind === 'httpError') throw new Error('An HTTP error can only be the first step of an answer.');
    await wait(step, playing.gone);
    const frame = encode(step);
    if (!frame || playing.gone.aborted) continue;
    if (step.kind === 'event') playing.onEvent(step.type, step.payload);
    await send(frame.subarray(0, left), response, playing.gone);
    left -= frame.length;
    if (left <= 0 && limit) break;
  }
  if (limit?.finally === 'break') return breakConnection(response);
  response.end();
}

/** Sends a whole answer. */
export function sendReply(reply: HttpReply, response: ServerResponse): void {
  response.writeHead(reply.status, { 'x-amzn-requestid': randomUUID(), ...reply.headers });
  response.end(reply.body);
}

function encode(step: Step): Uint8Array | undefined {
  switch (step.kind) {
    case 'event':
      return encodeFrame(eventHeaders(step.type), JSON.stringify(step.payload));
    case 'exception':
      return encodeFrame(exceptionHeaders(step.type), JSON.stringify(step.payload));
    case 'errorFrame':
      return encodeFrame(errorHeaders(step.code, step.message), '');
    case 'bytes':
      return step.bytes;
    case 'httpError':
    case 'limit':
    case 'break':
    case 'gate':
    case 'pause':
      return undefined;
  }
}

async function wait(step: Step, gone: AbortSignal): Promise<void> {
  if (step.kind === 'gate') {
    step.gate.arrive();
    await orGone(step.gate.opened, gone);
  } else if (step.kind === 'pause') {
    await orGone(delay(step.ms, undefined, { ref: false }), gone);
  }
}

async function send(bytes: Uint8Array, response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (bytes.length === 0) return;
  if (!response.write(bytes)) await orGone(once(response, 'drain'), gone);
  // A turn of the event loop between two events, so that they leave as two packets.
  await new Promise((resolve) => setImmediate(resolve));
}

// Everything written so far still reaches the client, otherwise the cut would be at some earlier byte.
function breakConnection(response: ServerResponse): void {
  response.socket?.destroySoon();
}

function orGone(promise: Promise<unknown>, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (gone.aborted) return resolve();
    const leave = () => resolve();
    gone.addEventListener('abort', leave, { once: true });
    promise.then(() => resolve(), reject).finally(() => gone.removeEventListener('abort', leave));
  });
}
