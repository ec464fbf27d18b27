import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const LINES_KEPT = 100;
/** Node quotes the whole minified line an error comes from. */
const LINE_LENGTH = 500;

/**
 * Runs in front of the server and ends the whole process group when its parent is gone, however the parent died:
 * the pipe to standard input then reaches its end. Extension hosts would outlive the server otherwise.
 */
const GUARD = `
  const end = () => process.platform === 'win32' ? process.exit() : process.kill(0, 'SIGKILL');
  process.stdin.on('end', end).on('error', end).resume();
  // The server hands these on to the processes it forks, which are not to run this.
  process.execArgv.length = 0;
  import(require('node:url').pathToFileURL(process.argv[1]).href);
`;

/** A VS Code server in a process group of its own, with the last lines it wrote. */
export class ServerProcess {
  /** Resolves when the server process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #listening: Promise<number>;

  constructor(serverMain: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, ['-e', GUARD, serverMain, ...args], {
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', (error) => {
        this.#keep(String(error));
        resolve();
      });
    });
    this.#listening = new Promise((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => this.#keep(line));
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#keep(line);
        const port = /^Extension host agent listening on (\d+)$/.exec(line)?.[1];
        if (port) resolve(Number(port));
      });
    });
  }

  /** The port the server chose, once it listens; rejects with the server's own words when it ends before that. */
  port(): Promise<number> {
    const failed = this.ended.then(() => {
      throw new Error(`The VS Code server ended before it listened:\n${this.log()}`);
    });
    return Promise.race([this.#listening, failed]);
  }

  /** The last lines the server wrote. */
  log(): string {
    return this.#lines.join('\n');
  }

  /** The processes that extensions run in, one for each window that is open. */
  extensionHosts(): number[] {
    const rows = execFileSync('ps', ['-axo', 'pid=,pgid=,args='], { encoding: 'utf8' }).split('\n');
    return rows
      .map((row) => /^ *(\d+) +(\d+) .*--type=extensionHost/.exec(row))
      .filter((match) => Number(match?.[2]) === this.#child.pid)
      .map((match) => Number(match?.[1]));
  }

  /** Ends the server and every process it started, at once: nothing in it is worth saving. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    // The guard does the rest where there are no process groups, or when the group is gone already.
    this.#child.stdin?.destroy();
    if (process.platform === 'win32') return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #keep(line: string): void {
    this.#lines.push(line.slice(0, LINE_LENGTH));
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }
}
