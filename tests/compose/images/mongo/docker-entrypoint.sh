#!/bin/sh
# Start the database as the user mongodb; at the first start make its first user, on loopback and without a password.
set -eu
if [ "$(id -u)" = 0 ]; then
    chown mongodb:mongodb /data/db /data/configdb
    exec gosu mongodb "$0" "$@"
fi
if [ "$1" = mongod ] && [ ! -e /data/db/WiredTiger ]; then
    mongod --dbpath /data/db --bind_ip 127.0.0.1 --fork --logpath /data/db/first.log --pidfilepath /tmp/first.pid
    USER=$MONGO_INITDB_ROOT_USERNAME PASSWORD=$(cat "$MONGO_INITDB_ROOT_PASSWORD_FILE") mongosh --quiet admin --eval '
        db.createUser({user: process.env.USER, pwd: process.env.PASSWORD, roles: ["root"]})'
    mongod --dbpath /data/db --shutdown
fi
exec "$@"
