import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disposable, Emitter } from '../../base/emitter';
import { systemCodeOf } from '../../base/errors';
import { parseJson } from '../../base/json';
import { type Logger, warnOnce } from '../../base/logger';
import { writePrivateFile } from '../../base/replaceFile';
import { sealed, unsealed } from '../../base/sealed';
import { newerText, stampOf } from './record';
import type { SecretStore } from './secretRecords';

/** The secret that copies are sealed with. It outlives them: other pages would bring back what they cannot read was deleted. */
export const sealKey = 'kiroModels.sealKey';

/** A secret in a file; without a text it was deleted. */
interface Copy {
  key: string;
  text?: string;
}

/**
 * Secrets of pages in a browser: each page reads them once, never hears what another page stores, and stores all of them
 * over what the other did. So they are kept in files of the machine that all pages run on, too, each worth nothing without
 * a key that is itself a secret, and is made before there is anything to keep.
 */
export class SealedCopies implements SecretStore {
  private readonly unavailable: (error: unknown) => void;
  private readonly changes = new Emitter<{ key: string }>();
  private readonly storeChanges: Disposable;
  private key: Promise<Buffer> | undefined;

  constructor(
    private readonly secrets: SecretStore,
    private readonly folder: string,
    logger: Logger,
  ) {
    this.unavailable = warnOnce(logger, 'Windows cannot hand each other the stored accounts');
    this.storeChanges = secrets.onDidChange((event) => this.changes.fire(event));
  }

  readonly onDidChange = this.changes.event;

  /** A file that changes whenever a page stores something. */
  get changeFile(): string {
    return join(this.folder, 'changed');
  }

  dispose(): void {
    this.storeChanges.dispose();
  }

  /** Makes the key, where there is none yet: a page that is opened from then on has the same one. */
  async prepare(): Promise<void> {
    await this.keyOfCopies();
  }

  /** How many copies there are that our key does not open: a page that has another one left them. */
  async unopened(): Promise<number> {
    return (await this.all()).filter((copy) => copy === undefined).length;
  }

  async keys(): Promise<string[]> {
    const copies = await this.copies();
    const deleted = new Set(copies.filter(({ text }) => text === undefined).map(({ key }) => key));
    const all = new Set([...(await this.secrets.keys()), ...copies.map(({ key }) => key)]);
    return [...all].filter((key) => !deleted.has(key));
  }

  async get(key: string): Promise<string | undefined> {
    const own = await this.secrets.get(key);
    const copy = await this.copyOf(key);
    if (!copy) return own;
    // What another release wrote, or nobody can read, is for the person to decide about.
    if (own !== undefined && !stampOf(own)) return own;
    const newest = own === undefined || copy.text === undefined ? copy.text : newerText(own, copy.text);
    if (newest === own) return own;
    if (newest === undefined) await this.secrets.delete(key);
    else await this.secrets.store(key, newest);
    return newest;
  }

  async store(key: string, text: string): Promise<void> {
    await this.secrets.store(key, text);
    const copy = await this.copyOf(key);
    const isOurs = copy?.text === undefined || stampOf(copy.text) !== undefined;
    if (isOurs) await this.write({ key, text });
  }

  async delete(key: string): Promise<void> {
    await this.secrets.delete(key);
    await this.write({ key });
  }

  private async copies(): Promise<Copy[]> {
    return (await this.all()).filter((copy) => copy !== undefined);
  }

  private async all(): Promise<(Copy | undefined)[]> {
    try {
      const names = (await readdir(this.folder)).filter((name) => name.endsWith('.sealed'));
      return await Promise.all(names.map((name) => this.open(name)));
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return [];
    }
  }

  private async copyOf(key: string): Promise<Copy | undefined> {
    return await this.open(await this.nameOf(key));
  }

  /** The secret in a file; undefined where there is none that our key opens. */
  private async open(name: string): Promise<Copy | undefined> {
    const key = await this.keyOfCopies();
    try {
      const opened = unsealed(await readFile(join(this.folder, name), 'utf8'), key);
      return opened === undefined ? undefined : (parseJson(opened) as Copy | undefined);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return undefined;
    }
  }

  // Where this cannot be done, the other pages go without.
  private async write(copy: Copy): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      const file = join(this.folder, await this.nameOf(copy.key));
      await writePrivateFile(file, sealed(JSON.stringify(copy), await this.keyOfCopies()));
      await writePrivateFile(this.changeFile, randomUUID());
    } catch (error) {
      this.unavailable(error);
    }
  }

  private async nameOf(key: string): Promise<string> {
    const hash = createHash('sha256')
      .update(await this.keyOfCopies())
      .update(key)
      .digest('hex');
    return `${hash.slice(0, 32)}.sealed`;
  }

  private keyOfCopies(): Promise<Buffer> {
    this.key ??= this.readKey().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async readKey(): Promise<Buffer> {
    const kept = await this.secrets.get(sealKey);
    if (kept !== undefined) return Buffer.from(kept, 'base64');
    const made = randomBytes(32);
    await this.secrets.store(sealKey, made.toString('base64'));
    return made;
  }
}
