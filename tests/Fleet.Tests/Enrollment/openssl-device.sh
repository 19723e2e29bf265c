#!/usr/bin/env bash
# A device that knows only the protocol notes, with openssl and curl alone: openssl-device.sh PROFILE_URL CA.pem UDID DIR
# It downloads the profile, gets an identity by SCEP, checks in, answers commands until there is none, renews, connects again.
set -euo pipefail
source "$(dirname "$0")/openssl-enroll.sh"

profile_url=$1 ca=$2 udid=$3 dir=$4
CURL_OPTIONS="--cacert $ca"
checkin='application/x-apple-aspen-mdm-checkin' connect='application/x-apple-aspen-mdm'

# The text of a key in the profile.
value() { sed -n "/<key>$1<\/key>/{n;s/.*<string>\(.*\)<\/string>.*/\1/p}" "$dir/profile.plist" | head -n 1; }

# A message with the device's UDID in the file DIR/message.
message() {
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>UDID</key><string>%s</string>%s</dict></plist>\n' "$udid" "$1" \
        >"$dir/message"
}

# send URL TYPE: 200 or the end.
send() {
    mdm_put "$1" "$2" "$dir/message" "$dir" >"$dir/command"
    [[ $(cat "$dir/status") == 200 ]] || { echo "$1 answered $(cat "$dir/status")" >&2; exit 1; }
}

fetch -o "$dir/profile.der" "$profile_url"
openssl cms -verify -inform DER -in "$dir/profile.der" -CAfile "$ca" -purpose any -out "$dir/profile.plist" 2>/dev/null
reference=$(value ServerURL | sed 's/.*?e=//')
topic="<key>Topic</key><string>$(value Topic)</string>"
scep_enroll "$(value URL)" "$(value Challenge)" "/OU=$reference/CN=openssl" "$dir"

message "<key>MessageType</key><string>Authenticate</string>$topic<key>OSVersion</key><string>17.6</string><key>ProductName</key><string>iPad13,1</string>"
send "$(value CheckInURL)" "$checkin"
message "<key>MessageType</key><string>TokenUpdate</string>$topic<key>Token</key><data>AAECAwQFBgc=</data><key>PushMagic</key><string>magic</string>"
send "$(value CheckInURL)" "$checkin"

message '<key>Status</key><string>Idle</string>'
send "$(value ServerURL)" "$connect"
answered=0
while [[ -s $dir/command ]]; do
    uuid=$(sed -n '/<key>CommandUUID<\/key>/{n;s/.*<string>\(.*\)<\/string>.*/\1/p}' "$dir/command")
    message "<key>Status</key><string>Acknowledged</string><key>CommandUUID</key><string>$uuid</string>"
    send "$(value ServerURL)" "$connect"
    answered=$((answered + 1))
done

scep_renew "$(value URL)" "$dir"
message '<key>Status</key><string>Idle</string>'
send "$(value ServerURL)" "$connect"
echo "answered $answered"
