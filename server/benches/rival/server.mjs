// Web terminals as they are usually built: node-pty, ws, and the last output replayed to whoever comes. Its address is the
// first line it prints. `/NAME` is a terminal, made by its first viewer; messages are what is typed and what is shown.
import { readFileSync } from 'node:fs';
import { spawn } from 'node-pty';
import { WebSocketServer } from 'ws';

// What is kept for a replay, in characters: ten thousand lines of a hundred.
const KEPT = 1_000_000;
const terminals = new Map();

function open(name) {
  const pty = spawn('/bin/sh', ['-l'], { name: 'xterm-256color', cols: 100, rows: 30, env: process.env });
  const terminal = { pty, viewers: new Set(), chunks: [], kept: 0 };
  pty.onData((data) => {
    terminal.chunks.push(data);
    terminal.kept += data.length;
    while (terminal.kept > KEPT) terminal.kept -= terminal.chunks.shift().length;
    for (const viewer of terminal.viewers) viewer.send(data);
  });
  terminals.set(name, terminal);
  return terminal;
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (viewer, request) => {
  const terminal = terminals.get(request.url) ?? open(request.url);
  if (terminal.kept > 0) viewer.send(terminal.chunks.join(''));
  terminal.viewers.add(viewer);
  viewer.on('message', (typed) => terminal.pty.write(typed.toString()));
  viewer.on('close', () => terminal.viewers.delete(viewer));
});
server.on('listening', () => {
  const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
  console.log(`ws://127.0.0.1:${server.address().port}`);
  console.log(`node-pty ${version('node-pty')} and ws ${version('ws')} under Node ${process.version}`);
});
