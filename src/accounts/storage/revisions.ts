import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCodeOf } from '../../base/errors';
import { type Logger, warnOnce } from '../../base/logger';

/** Which text of a shared secret is the newest: a number that grows with every change, known to all windows at once. */
export interface Revisions {
  /** The newest one that any window has noted; 0 where none has. */
  newest(): Promise<number>;
  /** Notes what was just stored. */
  note(revision: number): Promise<void>;
}

/** For one window alone. */
export class OwnRevisions implements Revisions {
  private noted = 0;

  async newest(): Promise<number> {
    return this.noted;
  }

  async note(revision: number): Promise<void> {
    this.noted = revision;
  }
}

const digits = 16;

/** A number in a file that all windows share. Where it cannot be kept, windows trust what the secret store shows them. */
export class FileRevisions implements Revisions {
  private readonly unavailable: (error: unknown) => void;

  constructor(
    private readonly file: string,
    logger: Logger,
  ) {
    this.unavailable = warnOnce(logger, 'Windows cannot tell each other how new the stored accounts are');
  }

  async newest(): Promise<number> {
    try {
      const text = await readFile(this.file, 'utf8');
      return /^\d+$/.test(text) ? Number(text) : 0;
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return 0;
    }
  }

  async note(revision: number): Promise<void> {
    try {
      await mkdir(dirname(this.file), { recursive: true });
      // Overwritten in place and always as long as before: whoever reads meanwhile finds a number, and never nothing.
      const handle = await open(this.file, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        await handle.write(String(revision).padStart(digits, '0'), 0);
      } finally {
        await handle.close();
      }
    } catch (error) {
      this.unavailable(error);
    }
  }
}
