import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemovalSignal } from '../../../src/accounts/storage/removalSignal';
import { SealedCopies } from '../../../src/accounts/storage/sealedCopies';
import type { SecretStore } from '../../../src/accounts/storage/secretRecords';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { silentLogger } from '../../fixtures/silentLogger';

/** A window, and how often it began anew. */
function openWindow(secrets: SecretStore) {
  const window = { begun: 0, signal: undefined as unknown as RemovalSignal };
  const begin = () => {
    window.signal?.dispose();
    window.begun++;
    window.signal = new RemovalSignal(secrets, begin, (error) => assert.fail(String(error)));
  };
  begin();
  return window;
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the signal that all data is being removed', () => {
  it('has each window begin anew once, when everything is gone, and leaves no secret behind', async () => {
    const secrets = new MemorySecrets();
    const [one, other] = [openWindow(secrets), openWindow(secrets)];
    await one.signal.begin();
    await settled();
    assert.deepEqual([one.begun, other.begun], [1, 1]);
    await one.signal.end();
    await settled();
    assert.deepEqual([one.begun, other.begun], [2, 2]);
    assert.equal(secrets.values.size, 0);
    await other.signal.begin();
    await settled();
    await other.signal.end();
    await settled();
    assert.deepEqual([one.begun, other.begun], [3, 3]);
  });

  it('comes to pages in a browser, which hear of files alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiro-removal-'));
    try {
      const own = new MemorySecrets();
      const first = new SealedCopies(own, folder, silentLogger);
      await first.prepare();
      const ofOther = new MemorySecrets();
      for (const [key, text] of own.values) ofOther.values.set(key, text);
      const [one, other] = [openWindow(first), openWindow(new SealedCopies(ofOther, folder, silentLogger))];
      const keyAlone = [...ofOther.values.keys()];
      await one.signal.begin();
      other.signal.look();
      await new Promise((resolve) => ofOther.onDidChange(resolve));
      await settled();
      await one.signal.end();
      other.signal.look();
      await new Promise((resolve) => ofOther.onDidChange(resolve));
      await settled();
      assert.deepEqual([one.begun, other.begun], [2, 2]);
      assert.deepEqual([...ofOther.values.keys()], keyAlone);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
