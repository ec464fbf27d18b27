import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../base/errors';
import { type Logger, warnOnce } from '../base/logger';
import { lineOf, type Turn, turnOf } from './turn';

export interface UsageHistoryDeps {
  /** One that all windows of a profile share. */
  folder: string;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
  /** What is kept at most, in bytes; 20 MB where nothing is said. */
  mostBytes?: number;
}

export interface KeptTurns {
  /** The oldest first. */
  turns: Turn[];
  /** Lines that are no turns: damaged, or of a newer version. */
  unreadable: number;
}

const dayMs = 86_400_000;
/** Thirteen months, so that a month can be compared with that of the year before. */
const keptDays = 396;
const fileName = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;

/**
 * The turns of all windows, a file for each day (UTC) and a line for each turn. Text files, because several windows may
 * append to one without a lock, a crash costs the line that was being written and no other, and what is too old or too
 * much goes by whole files; a database would have to be loaded before the first turn, and repaired after a crash.
 */
export class UsageHistory {
  private readonly mostBytes: number;
  private readonly warn: (error: unknown) => void;
  /** The day whose file this window has seen to. */
  private tidied: string | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly deps: UsageHistoryDeps) {
    this.mostBytes = deps.mostBytes ?? 20e6;
    this.warn = warnOnce(deps.logger, 'What chats cost could not be kept');
  }

  /** Keeps a turn. Never rejects, and nobody has to wait: a chat goes on where nothing can be kept, which the log says. */
  record(turn: Turn): Promise<void> {
    this.last = this.last.then(() => this.append(turn)).catch(this.warn);
    return this.last;
  }

  /** The turns since a time (epoch milliseconds), or all. What cannot be read is counted and hides no other. */
  async read(since = 0): Promise<KeptTurns> {
    await this.last;
    const earliest = dayOf(since);
    const files = (await this.files()).filter((file) => file.slice(0, 10) >= earliest);
    const read = await Promise.all(files.map((file) => this.readFile(file)));
    // A clock that was wrong wrote what has not happened yet.
    const latest = this.deps.now() + dayMs;
    const turns = read.flatMap((file) => file.turns).filter(({ at }) => at >= since && at <= latest);
    turns.sort((one, other) => one.at - other.at);
    return { turns, unreadable: read.reduce((sum, file) => sum + file.unreadable, 0) };
  }

  /** Forgets everything that was kept. */
  async clear(): Promise<void> {
    await this.last;
    await rm(this.deps.folder, { recursive: true, force: true });
    this.tidied = undefined;
  }

  private async append(turn: Turn): Promise<void> {
    const today = dayOf(this.deps.now());
    const file = join(this.deps.folder, `${today}.jsonl`);
    if (this.tidied !== today) await this.tidy(today);
    // The break comes first: a line that a crash or a full disk cut off spoils none after it. One write that appends is
    // whole beside those of other windows.
    await appendFile(file, `\n${lineOf(turn)}`, { mode: 0o600 });
  }

  /** Sees to the folder once a day: what is too old or too much goes, and what is no file is set aside. */
  private async tidy(today: string): Promise<void> {
    const { folder, now } = this.deps;
    await mkdir(folder, { recursive: true });
    const oldest = dayOf(now() - keptDays * dayMs);
    let total = 0;
    for (const file of (await this.files()).reverse()) {
      const path = join(folder, file);
      const found = await stat(path);
      if (!found.isFile()) await rename(path, `${path}.set-aside`);
      else if (file.slice(0, 10) < oldest || total + found.size > this.mostBytes) await rm(path);
      else total += found.size;
    }
    this.tidied = today;
  }

  private async files(): Promise<string[]> {
    try {
      return (await readdir(this.deps.folder)).filter((file) => fileName.test(file)).sort();
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') this.warn(error);
      return [];
    }
  }

  private async readFile(file: string): Promise<KeptTurns> {
    try {
      const lines = (await readFile(join(this.deps.folder, file), 'utf8')).split('\n').filter(Boolean);
      const turns = lines.map(turnOf).filter((turn) => turn !== undefined);
      return { turns, unreadable: lines.length - turns.length };
    } catch (error) {
      this.deps.logger.warn(`A day of what chats cost could not be read (${systemCodeOf(error)}).`);
      return { turns: [], unreadable: 0 };
    }
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
