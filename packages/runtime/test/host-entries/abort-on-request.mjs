/** A child process that dies as soon as it is asked for something. */
process.on('message', () => process.abort());
