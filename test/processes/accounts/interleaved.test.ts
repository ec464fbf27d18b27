import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
import type { Session } from '../../../src/kiro/transport/session';
import { rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { KiroCliProcess } from '../../fixtures/kiroCliProcess';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, type Window } from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;
const key = 'kirocli:odic:token';
const tokenFields = ['access_token', 'refresh_token', 'expires_at'];

let folder: string;
let path: string;
let now: number;
let simulator: Simulator;
let window: Window;
let kiroCli: KiroCliProcess | undefined;

/** Everything in the database that no refresh may change. */
function rest(): unknown {
  const database = new Database(path, { readonly: true });
  const rows = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[];
  const auth = rows('SELECT rowid, key, typeof(value) kind, value FROM auth_kv ORDER BY key').map((row) => {
    if (row['key'] !== key) return row;
    const fields = JSON.parse(String(row['value'])) as Record<string, unknown>;
    const others = Object.entries(fields).filter(([name]) => !tokenFields.includes(name));
    // The other program replaces whole rows, which gives them other row ids.
    return { ...row, rowid: 0, value: others };
  });
  const tables = [auth, rows('SELECT rowid, * FROM state'), rows('SELECT rowid, * FROM conversations')];
  database.close();
  return tables;
}

for (const mode of ['rollback', 'wal'] as const) {
  describe(`Two hundred refreshes of one login by two programs, with a ${mode} database`, () => {
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'kiro-interleaved-'));
      path = join(folder, 'kiro-cli', 'data.sqlite3');
      now = Date.UTC(2026, 10, 21);
      simulator = await Simulator.start({ now: () => now });
      window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
    });
    afterEach(async () => {
      window.sessions.dispose();
      await kiroCli?.end();
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('leave both signed in, and everything else as it was', async function () {
      this.timeout(120_000);
      const simulated = simulator.addAccount({ method: 'idc', email: 'ana@example.com' });
      const { auth = {}, state = {} } = rowsOfAccount(simulated);
      const row = { ...(auth[key] as object), unknown: { kept: 1.5 }, big: 9007199254740991 };
      writeKiroCliDatabase(path, {
        mode,
        auth: { ...auth, [key]: row, 'kirocli:social:token': Buffer.from('{"of": "somebody"}'), empty: null },
        state: { ...state, bytes: Buffer.from([0, 255]) },
      });
      const { database, logins } = await findKiroCliLogins([path], { now: () => now, signal });
      const [found] = logins;
      assert.ok(found);
      await window.store.add({
        login: { ...found.login, userId: simulated.id },
        origin: { kind: 'kiro-cli', database, key },
      });
      kiroCli = await KiroCliProcess.start(path, key, simulator.endpoints.oidc);
      const before = rest();
      for (let turn = 0; turn < 200; turn++) {
        now += hour;
        // Now one, now the other, now both at once.
        const ours: Promise<Session> | undefined =
          turn % 3 !== 1 ? window.sessions.current({ signal }) : undefined;
        const theirs: Promise<string> | undefined = turn % 3 !== 0 ? kiroCli.refresh(now) : undefined;
        const [session, token]: [Session | undefined, string | undefined] = await Promise.all([ours, theirs]);
        const next: Session = session ?? (await window.sessions.current({ signal }));
        const good = simulated.accessToken;
        assert.equal(next.accessToken, good, `ours in turn ${turn}`);
        assert.equal(token ?? (await kiroCli.token()), good, `theirs in turn ${turn}`);
      }
      assert.deepEqual(rest(), before);
      const [account] = await window.store.list();
      assert.deepEqual([account?.health, account?.sourceHolds], ['active', undefined]);
      assert.ok(kiroCli.refreshes > 60, `${kiroCli.refreshes} refreshes of the other program`);
      assert.ok(simulator.received.filter(({ status }) => status === 200).length >= 200);
    });
  });
}
