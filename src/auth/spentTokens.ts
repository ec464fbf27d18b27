import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCodeOf } from '../base/errors';
import { type Logger, warnOnce } from '../base/logger';
import { replaceFile } from '../base/replaceFile';
import type { Grant } from './credentials';

/** How a refresh token came to its end. */
export type End = 'used' | 'refused';

const mostLines = 4000;

/**
 * Refresh tokens that must never be sent again: a service that sees one twice may end the whole login, that of the program
 * it is shared with included. Kept as hashes in a file that all windows of a machine share, whatever the accounts say, so
 * that no restart, import or check sends one again, and no window that is late to hear of its successor.
 */
export class SpentTokens {
  private readonly own = new Set<string>();
  private readonly unavailable: (error: unknown) => void;

  constructor(
    private readonly file: string,
    logger: Logger,
  ) {
    this.unavailable = warnOnce(logger, 'Windows cannot tell each other which refresh tokens are used up');
  }

  /** Whether this token was used up or refused, with the client of this grant. */
  async has(grant: Grant, refreshToken: string): Promise<boolean> {
    const hash = hashOf(grant, refreshToken);
    return this.own.has(hash) || (await this.lines()).some((line) => line.startsWith(hash));
  }

  /** Notes that it is. Where that cannot be kept, this window knows it still. */
  async add(grant: Grant, refreshToken: string, end: End): Promise<void> {
    const hash = hashOf(grant, refreshToken);
    this.own.add(hash);
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await appendFile(this.file, `${hash} ${end}\n`, { mode: 0o600 });
      await this.trim();
    } catch (error) {
      this.unavailable(error);
    }
  }

  private async lines(): Promise<string[]> {
    try {
      return (await readFile(this.file, 'utf8')).split('\n').filter(Boolean);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.unavailable(error);
      return [];
    }
  }

  // Who uses a token up has its successor soon. One that was refused may come back in a file years later.
  private async trim(): Promise<void> {
    const lines = await this.lines();
    if (lines.length <= mostLines) return;
    const isRefused = (line: string) => line.endsWith(' refused');
    const kept = [
      ...lines.filter(isRefused),
      ...lines.filter((line) => !isRefused(line)).slice(-mostLines / 2),
    ];
    const { size } = await stat(this.file);
    const mayReplace = async () => (await stat(this.file)).size === size;
    await replaceFile(this.file, `${kept.join('\n')}\n`, { mode: 0o600, mayReplace });
  }
}

// The same token may be tried at another service or with another client.
function hashOf(grant: Grant, refreshToken: string): string {
  const client = 'clientId' in grant ? grant.clientId : '';
  return createHash('sha256').update([grant.kind, client, refreshToken].join('\n')).digest('base64url');
}
