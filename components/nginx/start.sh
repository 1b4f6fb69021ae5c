# Puts the lines of app.env into nginx' settings. The check has refused all others before; nothing else gets in here either.
set -eu

given() { # given NAME PATTERN DEFAULT: the value of a variable
    eval "value=\${$1:-$3}"
    [ "$(printf '%s\n' "$value" | wc -l)" -eq 1 ] && printf '%s\n' "$value" | grep -Eqx "$2" || {
        echo "nginx: $1 in app.env isn't $2" >&2
        exit 1
    }
    printf '%s' "$value"
}

limit=$(given NGINX_UPLOAD_LIMIT '[1-9][0-9]{0,4}m' 10m)
timeout=$(given NGINX_TIMEOUT '[1-9][0-9]{0,3}' 60)
url=$(given NGINX_MEDIA_URL '(/([A-Za-z0-9_-]+/){1,5})?' '')
folder=$(given NGINX_MEDIA_FOLDER '(([A-Za-z0-9_-]+/){1,5})?' '')
# A path that no visitor can ask for, where no files are to be given out.
sed -e "s|@LIMIT@|$limit|" -e "s|@TIMEOUT@|$timeout|" -e "s|@URL@|${url:-/.nginx/media/}|" -e "s|@FOLDER@|$folder|" \
    -e "s|@PUBLIC@|${url:+#}|" /etc/hosting/nginx.conf > /tmp/nginx.conf
exec nginx -e stderr -c /tmp/nginx.conf
