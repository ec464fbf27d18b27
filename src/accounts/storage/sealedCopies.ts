import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disposable, Emitter } from '../../base/emitter';
import { systemCodeOf } from '../../base/errors';
import { parseJson } from '../../base/json';
import { type Logger, warnOnce } from '../../base/logger';
import { writePrivateFile } from '../../base/replaceFile';
import { newerText, stampOf } from './record';
import type { SecretStore } from './secretRecords';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const sealKey = 'kiroModels.sealKey';

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
  private key: Promise<string> | undefined;

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
    try {
      const names = (await readdir(this.folder)).filter((name) => name.endsWith('.sealed'));
      const copies = await Promise.all(names.map((name) => this.open(name)));
      return copies.filter((copy) => copy !== undefined);
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
    let sealed: Buffer;
    try {
      sealed = Buffer.from(await readFile(join(this.folder, name), 'utf8'), 'base64');
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return undefined;
    }
    const opened = unsealed(sealed, await this.keyOfCopies());
    return opened === undefined ? undefined : (parseJson(opened) as Copy | undefined);
  }

  // Where this cannot be done, the other pages go without.
  private async write(copy: Copy): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      const file = join(this.folder, await this.nameOf(copy.key));
      await writePrivateFile(file, seal(JSON.stringify(copy), await this.keyOfCopies()));
      await writePrivateFile(this.changeFile, randomUUID());
    } catch (error) {
      this.unavailable(error);
    }
  }

  private async nameOf(key: string): Promise<string> {
    const hash = createHash('sha256')
      .update(`${await this.keyOfCopies()} ${key}`)
      .digest('hex');
    return `${hash.slice(0, 32)}.sealed`;
  }

  private keyOfCopies(): Promise<string> {
    this.key ??= this.readKey().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async readKey(): Promise<string> {
    const kept = await this.secrets.get(sealKey);
    if (kept !== undefined) return kept;
    const made = randomBytes(32).toString('base64');
    await this.secrets.store(sealKey, made);
    return made;
  }
}

function seal(text: string, key: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, Buffer.from(key, 'base64'), iv);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64');
}

function unsealed(sealed: Buffer, key: string): string | undefined {
  const tagEnd = ivBytes + tagBytes;
  try {
    const iv = sealed.subarray(0, ivBytes);
    const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64'), iv, { authTagLength: tagBytes });
    decipher.setAuthTag(sealed.subarray(ivBytes, tagEnd));
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]).toString('utf8');
  } catch (error) {
    // Damaged, or made with another key: not ours to read. Node tells that by plain errors only.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
