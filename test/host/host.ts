import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureAgentHost, ensureInstalled } from './install';
import { PageRedirector } from './pageRedirector';
import { run } from './run';
import { Scratch } from './scratch';
import { ServerProcess } from './serverProcess';

export interface HostOptions {
  /** The version of VS Code; the newest otherwise, or what the environment says. */
  readonly version?: string;
  /** Folders of extensions that count as installed. */
  readonly extensions?: readonly string[];
  /** The names of the only built-in extensions; all that VS Code has otherwise. */
  readonly builtIn?: readonly string[];
  /** A packaged extension to install instead, the way a person does. */
  readonly vsix?: string;
  /** The folder windows open; a fresh one otherwise. */
  readonly folder?: string;
  /** What is in the fresh folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of every process of the host. */
  readonly env?: Readonly<Record<string, string>>;
  /** For tests inside the extension host: it makes the server honour a payload, and hides notifications. */
  readonly payloads?: boolean;
  /** Starts VS Code's agent host, too, which runs the newer kind of chat. */
  readonly agentHost?: boolean;
  /** Lets the host's processes reach the internet. */
  readonly online?: boolean;
}

export type Payload = ReadonlyArray<readonly [key: string, value: string]>;

/** Nothing listens on the discard port: what is not on this machine is refused at once, without a name look-up. */
const OFFLINE = {
  EXTENSIONS_GALLERY: '{}',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost,::1',
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A running VS Code server with an empty profile. It ends with `stop()`, or with this process at the latest. */
export class Host {
  readonly port: number;
  readonly #server: ServerProcess;
  readonly #scratch: Scratch;
  readonly #folder: string;
  readonly #token: string;

  private constructor(port: number, server: ServerProcess, scratch: Scratch, folder: string, token: string) {
    this.port = port;
    this.#server = server;
    this.#scratch = scratch;
    this.#folder = folder;
    this.#token = token;
    process.on('exit', this.#discard);
    for (const signal of SIGNALS) process.on(signal, this.#exit);
  }

  /** Installs VS Code when that is due, starts it, and waits until it answers. */
  static async start(options: HostOptions = {}): Promise<Host> {
    const installation = await ensureInstalled(options.version);
    const { serverMain, builtIn } = installation;
    if (options.agentHost) await ensureAgentHost(installation);
    // Anyone on the machine may reach a loopback port; only who was given the address gets in.
    const token = randomUUID();
    const scratch = new Scratch({
      settings: options.settings ?? {},
      machineSettings: options.machineSettings ?? {},
      extensions: options.vsix ? [] : (options.extensions ?? []),
      builtIn: options.builtIn?.map((name) => join(builtIn, name)),
      files: options.files ?? {},
      token,
    });
    const redirector = await PageRedirector.start();
    const env = {
      ...process.env,
      ...scratch.environment(),
      ...redirector.environment,
      ...(options.online ? {} : OFFLINE),
      ...options.env,
    };
    if (options.vsix) await installVsix(serverMain, scratch, options.vsix, env);
    const server = new ServerProcess(serverMain, serverArguments(scratch, options), env);
    void server.ended.then(() => redirector.stop());
    try {
      const port = await server.port();
      const host = new Host(port, server, scratch, options.folder ?? scratch.workspace, token);
      // It answers with a redirect that moves the token into a cookie.
      const answer = await fetch(host.url(), { redirect: 'manual' });
      if (answer.status !== 302)
        throw new Error(`The VS Code server answers with ${answer.status}:\n${server.log()}`);
      return host;
    } catch (error) {
      server.kill();
      scratch.remove();
      throw error;
    }
  }

  /** The address of a window. A payload is read only by a host that was started for `payloads`. */
  url({ folder = this.#folder, payload = [] }: { folder?: string; payload?: Payload } = {}): string {
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    url.searchParams.set('tkn', this.#token);
    url.searchParams.set('folder', folder);
    if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
    return url.href;
  }

  /** How a payload names a file of this machine. */
  uri(path: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${pathToFileURL(path).pathname}`;
  }

  /** Everything this host writes is below this folder. */
  get root(): string {
    return this.#scratch.root;
  }

  /** Where the host keeps a person's settings and the like. */
  get userData(): string {
    return this.#scratch.userData;
  }

  /** Where the host's processes believe to be at home. */
  get home(): string {
    return this.#scratch.home;
  }

  /** The folder that windows open. */
  get folder(): string {
    return this.#folder;
  }

  /** The processes that extensions run in, one for each window that is open. Not on Windows. */
  extensionHosts(): number[] {
    return this.#server.extensionHosts();
  }

  /** Changes a person's settings, while it runs. */
  changeSettings(settings: Readonly<Record<string, unknown>>): void {
    this.#scratch.changeSettings(settings);
  }

  /** Changes settings that belong to this machine, while it runs. */
  changeMachineSettings(settings: Readonly<Record<string, unknown>>): void {
    this.#scratch.changeMachineSettings(settings);
  }

  /** Where the extension with this id keeps what all windows share. */
  storageOf(extensionId: string): string {
    return join(this.#scratch.userData, 'globalStorage', extensionId);
  }

  /** Resolves when the server has ended, wanted or not. */
  get ended(): Promise<void> {
    return this.#server.ended;
  }

  /** The last lines the server wrote. */
  log(): string {
    return this.#server.log();
  }

  /** Ends every process of the host and removes its folders. */
  async stop(): Promise<void> {
    process.off('exit', this.#discard);
    for (const signal of SIGNALS) process.off(signal, this.#exit);
    this.#server.kill();
    await this.#server.ended;
    this.#scratch.remove();
  }

  readonly #discard = (): void => {
    this.#server.kill();
    this.#scratch.remove();
  };

  readonly #exit = (signal: NodeJS.Signals): void => {
    process.exit(128 + constants.signals[signal]);
  };
}

async function installVsix(
  serverMain: string,
  scratch: Scratch,
  vsix: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const folders = [`--server-data-dir=${scratch.data}`, `--extensions-dir=${scratch.extensions}`];
  const args = [serverMain, '--install-extension', vsix, '--accept-server-license-terms', ...folders];
  await run(process.execPath, args, { env });
}

function serverArguments(scratch: Scratch, options: HostOptions): string[] {
  return [
    '--host=127.0.0.1',
    '--port=0',
    `--connection-token-file=${scratch.tokenFile}`,
    '--accept-server-license-terms',
    '--disable-telemetry',
    `--server-data-dir=${scratch.data}`,
    `--extensions-dir=${scratch.extensions}`,
    ...(scratch.builtIn ? [`--builtin-extensions-dir=${scratch.builtIn}`] : []),
    // A closed window must not leave its extension host behind, which would go on refreshing tokens.
    '--reconnection-grace-time=5',
    ...(options.payloads ? ['--enable-smoke-test-driver'] : []),
    ...(options.agentHost ? [`--agent-host-path=${join(scratch.root, 'agents.sock')}`] : []),
  ];
}
