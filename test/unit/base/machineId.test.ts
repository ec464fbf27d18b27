import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineIdIn } from '../../../src/base/machineId';

describe('The id of this machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-machine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the same for all windows and after a restart, and another one on another machine', () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')];
    assert.equal(machineIdIn(here), machineIdIn(here));
    assert.notEqual(machineIdIn(here), machineIdIn(there));
  });

  it('is the machine’s name where nothing can be kept', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    assert.equal(machineIdIn(file), hostname());
  });
});
