import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../base/errors';
import { type Logger, warnOnce } from '../../base/logger';
import { writePrivateFile } from '../../base/replaceFile';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** A new key: 32 random bytes as base64. */
export function newSealKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * Copies of a secret text in files that all windows of a machine share, for hosts where each window keeps the secret
 * store for itself. A copy is worth nothing without its key, which is part of the secret.
 */
export class SealedCopies {
  private readonly unavailable: (error: unknown) => void;

  constructor(
    private readonly folder: string,
    logger: Logger,
  ) {
    this.unavailable = warnOnce(logger, 'Windows cannot hand each other the stored accounts');
  }

  /** The text that was last kept under a key; undefined where there is none that the key opens. */
  async read(key: string): Promise<string | undefined> {
    let sealed: Buffer;
    try {
      sealed = Buffer.from(await readFile(this.fileOf(key), 'utf8'), 'base64');
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return undefined;
    }
    return unsealed(sealed, key);
  }

  /** Keeps a text in place of the one before. Where that cannot be done, the other windows go without. */
  async write(key: string, text: string): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await writePrivateFile(this.fileOf(key), seal(text, key));
    } catch (error) {
      this.unavailable(error);
    }
  }

  private fileOf(key: string): string {
    return join(this.folder, createHash('sha256').update(`name of ${key}`).digest('hex').slice(0, 32));
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
