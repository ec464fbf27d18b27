import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as vscode from 'vscode';
import { isOffered } from '../../src/vscode/chat/modelInformation';
import { setupModelId } from '../../src/vscode/chat/setupModel';
import { rowsOfAccount, writeKiroCliDatabase } from '../fixtures/kiroCli';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';
import { Person } from './person';

/** A machine with Kiro CLI, the service that it signs in to, and a person in front of this window. */
export class World {
  readonly person = new Person();
  readonly folder = mkdtempSync(join(tmpdir(), 'kiro-world-'));
  private databases = 0;
  private database = '';

  private constructor(readonly simulator: Simulator) {}

  static async create(): Promise<World> {
    const simulator = await Simulator.start();
    await changeSetting('endpoints', simulator.endpoints);
    return new World(simulator);
  }

  /** Makes Kiro CLI on this machine signed in to these accounts, each by another method. */
  async signKiroCliIn(...accounts: SimulatedAccount[]): Promise<void> {
    const path = join(this.folder, `data-${++this.databases}.sqlite3`);
    this.database = path;
    const rows = accounts.map(rowsOfAccount);
    writeKiroCliDatabase(path, {
      mode: 'wal',
      auth: Object.assign({}, ...rows.map(({ auth }) => auth)),
      state: Object.assign({}, ...rows.map(({ state }) => state)),
    });
    await changeSetting('kiroCli.databasePath', path);
  }

  /** What Kiro CLI would sign in with now (a Google or GitHub login). */
  refreshTokenOfKiroCli(): string {
    const database = new Database(this.database, { readonly: true });
    try {
      const row = database.prepare("SELECT value FROM auth_kv WHERE key = 'kirocli:social:token'").get();
      return JSON.parse((row as { value: string }).value).refresh_token;
    } finally {
      database.close();
    }
  }

  /** Imports the logins of these accounts, after Kiro CLI signed in to them. */
  async import(...accounts: SimulatedAccount[]): Promise<void> {
    for (const account of accounts) {
      await this.signKiroCliIn(account);
      await vscode.commands.executeCommand('kiroModels.importFromKiroCli');
    }
  }

  /** Signs out of everything, and ends the service. */
  async end(): Promise<void> {
    this.person.says = 'yes to everything';
    do {
      this.person.heard();
      await vscode.commands.executeCommand('kiroModels.signOut');
    } while (!this.person.heard().includes('No Kiro account is signed in.'));
    this.person.leave();
    await changeSetting('endpoints', undefined);
    await changeSetting('kiroCli.databasePath', undefined);
    await this.simulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The models that every extension of this window sees, without the names that stand for one of them. */
export async function models(): Promise<vscode.LanguageModelChat[]> {
  const listed = await vscode.lm.selectChatModels({ vendor: 'kiroModels' });
  return listed.filter((model) => model.id !== setupModelId && isOffered(model));
}

export async function model(id: string): Promise<vscode.LanguageModelChat> {
  const [found] = await vscode.lm.selectChatModels({ vendor: 'kiroModels', id });
  if (!found) throw new Error(`There is no model ${id}.`);
  return found;
}

/** Settles when the event has fired and the condition holds. */
export async function eventually(event: vscode.Event<unknown>, holds: () => Promise<boolean>): Promise<void> {
  const fired = Promise.withResolvers<void>();
  const check = async () => {
    if (await holds()) fired.resolve();
  };
  const listener = event(() => void check().catch(fired.reject));
  try {
    await check();
    await fired.promise;
  } finally {
    listener.dispose();
  }
}

/** Changes a setting of ours, or takes it back. */
export async function changeSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration('kiroModels')
    .update(name, value, vscode.ConfigurationTarget.Global);
}
