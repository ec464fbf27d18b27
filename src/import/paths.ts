import { posix, win32 } from 'node:path';

/** What decides where another program keeps its files. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homedir: string;
}

/** The variables of the environment that name Kiro CLI's database; the first that is set counts. */
export const databaseVariables = ['KIROCLI_DB_PATH', 'KIRO_CLI_DB_FILE'] as const;

/**
 * Where Kiro CLI's database may be, the likeliest path first. A path somebody named (the environment's
 * `KIROCLI_DB_PATH` or `KIRO_CLI_DB_FILE`, then the setting) is the only candidate: reading a login from somewhere else
 * would be a surprise. It may be in quotes, with `%VARIABLE%`s in it; a leading `~` is the home folder, and a relative
 * path starts there too.
 */
export function kiroCliDatabaseCandidates(machine: Machine, configured: string): string[] {
  const named = [...databaseVariables.map((name) => machine.env[name]), configured]
    .map((path) => path?.replace(/^[\s"']+|[\s"']+$/g, ''))
    .find((path) => path);
  if (named) return [absolute(machine, named)];
  const { join } = pathsOf(machine);
  return dataFolders(machine).map((folder) => join(folder, 'data.sqlite3'));
}

/** Where Kiro's IDE keeps what a login is made of. */
export interface KiroIdePaths {
  /** The login; client registrations lie beside it. */
  token: string;
  /** The profile the person selected. */
  profile: string;
}

/** The files of Kiro's IDE on this machine, whether they exist or not. */
export function kiroIdePaths(machine: Machine): KiroIdePaths {
  const { join } = pathsOf(machine);
  return {
    token: join(machine.homedir, '.aws', 'sso', 'cache', 'kiro-auth-token.json'),
    profile: join(settingsFolder(machine), 'Kiro', 'User', 'globalStorage', 'kiro.kiroagent', 'profile.json'),
  };
}

// Where programs built on VS Code keep their user data.
function settingsFolder({ platform, env, homedir }: Machine): string {
  if (platform === 'win32') return env['APPDATA'] || win32.join(homedir, 'AppData', 'Roaming');
  if (platform === 'darwin') return posix.join(homedir, 'Library', 'Application Support');
  return xdgFolder({ env, homedir }, 'XDG_CONFIG_HOME') ?? posix.join(homedir, '.config');
}

// VS Code from the snap store has folders of its own in these variables, and keeps the person's under another name.
function xdgFolder({ env, homedir }: Pick<Machine, 'env' | 'homedir'>, name: string): string | undefined {
  const folders = [env[`${name}_VSCODE_SNAP_ORIG`], env[name]];
  return folders.find(
    (folder) => folder && posix.isAbsolute(folder) && !folder.startsWith(posix.join(homedir, 'snap/')),
  );
}

// The folder is the data directory of Rust's `dirs` crate plus the program's name; `amazon-q` is the older name.
function dataFolders(machine: Machine): string[] {
  const { env, homedir } = machine;
  const { join } = pathsOf(machine);
  if (machine.platform === 'win32') {
    const local = env['LOCALAPPDATA'] || join(homedir, 'AppData', 'Local');
    // Earlier Windows builds of Kiro CLI used the roaming folder.
    const roaming = env['APPDATA'] || join(homedir, 'AppData', 'Roaming');
    return [join(local, 'kiro-cli'), join(roaming, 'kiro-cli'), join(local, 'amazon-q')];
  }
  const usual =
    machine.platform === 'darwin'
      ? [join(homedir, 'Library', 'Application Support')]
      : // The variable may be set for this VS Code only.
        [xdgFolder(machine, 'XDG_DATA_HOME'), join(homedir, '.local', 'share')];
  const data = [...new Set(usual.filter((folder) => folder !== undefined))];
  return ['kiro-cli', 'amazon-q'].flatMap((program) => data.map((folder) => join(folder, program)));
}

function absolute(machine: Machine, named: string): string {
  const { join, isAbsolute, normalize } = pathsOf(machine);
  const path = named.replace(/%(\w+)%/g, (whole, name: string) => machine.env[name] ?? whole);
  if (isAbsolute(path)) return normalize(path);
  return join(machine.homedir, path.replace(/^~(?=$|[/\\])/, ''));
}

/** A path as a person reads it: the home folder is `~`. */
export function shownPath(machine: Machine, path: string): string {
  const { homedir } = machine;
  return path.startsWith(homedir + pathsOf(machine).sep) ? `~${path.slice(homedir.length)}` : path;
}

function pathsOf(machine: Machine): typeof posix {
  return machine.platform === 'win32' ? win32 : posix;
}
