"""What a batch's detections found: one row per event, observation and member concerned."""

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")

FINDINGS: pa.Schema = pa.schema(
    [
        ("detection", pa.string()),  # "suricata:<sid>" or "indicator:<type>:<value>"
        ("kind", pa.string()),  # "signature" or "indicator"
        ("title", pa.string()),
        ("severity", pa.int32()),  # 1 low to 4 critical
        ("indicator_id", pa.int64()),
        ("indicator_type", pa.string()),
        ("indicator", pa.string()),
        ("member", pa.int64()),  # null: nobody's address, and the sensor has no owner either
        ("by", pa.string()),  # which fact made it the member's: "network" or "sensor"
        ("by_value", pa.string()),  # "192.0.2.0/24", or the sensor's name
        ("address", pa.string()),  # the member's own end; null where only the sensor speaks for it
        ("direction", pa.string()),  # inbound, outbound, internal, external
        ("time", TIME),  # of the event; received_at where the event's own cannot be used
        ("time_flag", pa.string()),
        ("line", pa.int32()),
        ("table", pa.string()),
        ("src_ip", pa.string()),
        ("src_port", pa.int32()),
        ("dest_ip", pa.string()),
        ("dest_port", pa.int32()),
        ("proto", pa.string()),
        ("field", pa.string()),  # "dns.rrname": where the match was; null for a signature
        ("observed", pa.string()),  # the value as it stood there
    ]
)
