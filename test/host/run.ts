import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end with its output shown, and rejects with its name and exit code when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    // npm is a .cmd file on Windows, which only a shell can start. No argument here needs quoting.
    const child = spawn(command, args, { ...options, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? code}`)),
    );
  });
}
