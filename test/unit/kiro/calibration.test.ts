import assert from 'node:assert/strict';
import type { ChatRequest, Content, Usage } from '../../../src/kiro/chat/conversation';
import { Calibration } from '../../../src/kiro/tokenCount/calibration';
import { estimateRequest } from '../../../src/kiro/tokenCount/messageTokens';
import { chatOf } from '../../fixtures/kiroService';

const modelId = 'claude-opus-4.8';
const long = chatOf('Some words of text. '.repeat(1000));
const longer = chatOf('Some words of text. '.repeat(5000));

function counted(inputTokens: number): Usage {
  return { source: 'counted', inputTokens, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
}
function memento(start: Record<string, unknown> = {}) {
  const values = new Map(Object.entries(start));
  const writes: unknown[] = [];
  return {
    writes,
    values,
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => {
      values.set(key, value);
      writes.push(value);
    },
  };
}
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual / expected - 1) <= 0.02, `${actual} instead of ${expected}`);
const noFailure = (error: unknown) => assert.fail(String(error));
const answered = (calibration: Calibration, request: ChatRequest, ratio: number) =>
  calibration.learn(request, counted(estimateRequest(request) * ratio));

describe('the calibration of estimates', () => {
  it('leaves estimates alone until something was learnt', () => {
    assert.equal(new Calibration(memento(), noFailure).ofPart(modelId, 100), 100);
  });

  it('follows what the service counts, each model’s on its own', () => {
    const calibration = new Calibration(memento(), noFailure);
    for (let time = 0; time < 20; time++) answered(calibration, time % 2 ? long : longer, 1.3);
    close(calibration.ofPart(modelId, 1000), 1300);
    assert.equal(calibration.ofPart('gpt-5.6-sol', 1000), 1000);
  });

  it('takes what the service adds to each request for no part of the texts', () => {
    const calibration = new Calibration(memento(), noFailure);
    const short = chatOf('Some words of text. '.repeat(430));
    for (let time = 0; time < 10; time++) {
      calibration.learn(short, counted(estimateRequest(short) + 2500));
    }
    const [part, whole] = [calibration.ofPart(modelId, 100_000), calibration.ofRequest(modelId, 100_000)];
    assert.ok(part >= 100_000 && part < 105_000, `${part}`);
    assert.ok(whole > part + 2000 && whole < 108_000, `${whole}`);
  });

  it('tells the two apart once it has seen requests of several sizes', () => {
    const calibration = new Calibration(memento(), noFailure);
    const requests = [400, 2000, 9000].map((times) => chatOf('Some words of text. '.repeat(times)));
    for (let time = 0; time < 30; time++) {
      const request = requests[time % 3] ?? long;
      calibration.learn(request, counted(3000 + 1.2 * estimateRequest(request)));
    }
    close(calibration.ofPart(modelId, 10_000), 12_000);
    close(calibration.ofRequest(modelId, 10_000), 15_000);
  });

  it('is not misled by one reply', () => {
    const calibration = new Calibration(memento(), noFailure);
    answered(calibration, long, 1000);
    assert.ok(calibration.ofPart(modelId, 1000) <= 1250);
  });

  it('stays within half and twice', () => {
    for (const [seen, bound] of [
      [1000, 2000],
      [0, 500],
    ] as const) {
      const calibration = new Calibration(memento(), noFailure);
      for (let time = 0; time < 50; time++) answered(calibration, time % 2 ? long : longer, seen);
      close(calibration.ofPart(modelId, 1000), bound);
    }
  });

  it('learns nothing of a text from percentages, small requests and attachments', () => {
    const calibration = new Calibration(memento(), noFailure);
    calibration.learn(long, { ...counted(1_000_000), source: 'derived' });
    answered(calibration, chatOf('Hi'), 2);
    const image: Content = { kind: 'image', mimeType: 'image/png', bytes: new Uint8Array(9) };
    const inResult: Content = { kind: 'toolResult', callId: 't1', content: [image], isError: false };
    for (const part of [image, inResult]) {
      answered(calibration, { ...long, messages: [...long.messages, { role: 'user', content: [part] }] }, 2);
    }
    assert.equal(calibration.ofPart(modelId, 1000), 1000);
  });

  it('survives a restart, and distrusts what it finds', () => {
    const store = memento();
    const before = new Calibration(store, noFailure);
    for (let time = 0; time < 20; time++) answered(before, time % 2 ? long : longer, 1.3);
    const [key] = [...store.values.keys()];
    assert.ok(key);
    close(new Calibration(store, noFailure).ofPart(modelId, 1000), 1300);
    const spoilt = memento({
      [key]: { [modelId]: [0, 0, 0, 0, 1e9], other: 'x', third: [1, 2, 3, 4, null] },
    });
    const after = new Calibration(spoilt, noFailure);
    assert.deepEqual(
      [modelId, 'other', 'third'].map((id) => after.ofPart(id, 1000)),
      [2000, 1000, 1000],
    );
    for (const value of ['x', null, 7, []]) {
      assert.equal(new Calibration(memento({ [key]: value }), noFailure).ofPart(modelId, 10), 10);
    }
  });

  it('writes only what changed', () => {
    const store = memento();
    const calibration = new Calibration(store, noFailure);
    for (let time = 0; time < 100; time++) answered(calibration, long, 1.3);
    assert.ok(store.writes.length < 15, `${store.writes.length} writes`);
  });

  it('reports a store that fails, and goes on', async () => {
    const failures: unknown[] = [];
    const full = new Error('full');
    const store = { get: () => undefined, update: () => Promise.reject(full) };
    const calibration = new Calibration(store, (error) => failures.push(error));
    answered(calibration, long, 1.5);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(failures, [full]);
    assert.ok(calibration.ofPart(modelId, 1000) > 1000);
  });
});
