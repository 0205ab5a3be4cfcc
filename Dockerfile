# There is no build step: the image is Node, the production dependencies and the sources.
FROM node:26-slim

ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app

COPY package.json package-lock.json ./
# The optional packages are a Node and a Postgres for machines that lack them: this image is the one and is given the other.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force

COPY migrations ./migrations
COPY templates ./templates
COPY src ./src

# Nothing is written to disk: data is in DATABASE_URL, and in production APP_KEYS must be given.
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM

# Ready means that the database answers and has every migration. A process without web ("worker") has nothing to ask: disable it there.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/main.ts", "start"]
