import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SimulatedAccount } from '../simulator/account';
import { serviceUnavailable } from '../simulator/httpErrors';
import { closing, text } from '../simulator/steps';
import { model, World } from './world';

const tool = 'kiro_web_search';

describe('the web search tool', () => {
  let world: World;
  let account: SimulatedAccount;
  before(async () => {
    world = await World.create();
    account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    account.webAccess = 'allowed';
    account.web = [{ title: 'Kiro', url: 'https://kiro.dev/', snippet: 'An editor.' }];
    await world.import(account);
    world.person.heard();
  });
  after(() => world.end());

  const chat = async () => {
    world.simulator.script(text('Hello.'), closing());
    const response = await (await model('claude-sonnet-5')).sendRequest([
      vscode.LanguageModelChatMessage.User('Hi'),
    ]);
    for await (const part of response.text) assert.equal(part, 'Hello.');
  };
  const search = async (query: string) => {
    const { content } = await vscode.lm.invokeTool(tool, {
      input: { query },
      toolInvocationToken: undefined,
    });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };
  const lists = () => world.simulator.received.filter(({ text }) => text.includes('tools/list')).length;

  it('is asked about once, after a chat, with a list that costs nothing', async () => {
    assert.equal(lists(), 0);
    await chat();
    await world.simulator.waitFor(({ text, status }) => text.includes('tools/list') && status === 200);
    await chat();
    await search('kiro');
    assert.equal(lists(), 1);
  });

  it('gives the model links, and searches in the name of the account', async () => {
    assert.match(await search('what is kiro'), /1\. \[Kiro\]\(https:\/\/kiro\.dev\/\)\n {3}An editor\./);
    assert.equal(account.searches.at(-1), 'what is kiro');
    account.web = [];
    assert.match(await search('nothing'), /“nothing” found nothing/);
    assert.match(await search(' '), /needs a query/);
  });

  it('fails in a sentence', async () => {
    world.simulator.failNext('search', serviceUnavailable());
    await assert.rejects(search('kiro'), /[A-Z].*\./);
    account.webAccess = 'breaks';
    await assert.rejects(search('kiro'), /[A-Z].*\./);
    world.person.heard();
  });

  it('says once that an organization has turned it off', async () => {
    account.webAccess = 'disabled';
    await assert.rejects(search('kiro'), /disabled by your organization for dev@example\.com/);
    assert.equal(world.person.count(/disabled by your organization for dev@example\.com/), 1);
  });
});
