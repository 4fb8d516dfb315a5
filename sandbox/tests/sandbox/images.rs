//! The logos, QR codes and barcodes, decoded.

use image::ImageFormat;

use crate::support::{Answer, Supplier, gift, text};

fn decode(answer: &Answer, format: ImageFormat) -> image::RgbImage {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    image::load_from_memory_with_format(&answer.body, format).unwrap().to_rgb8()
}

#[tokio::test]
async fn logos_decode_at_every_size_and_format_on_their_backdrop() {
    let supplier = Supplier::start().await;
    let directory = supplier.get_json("/v2/brands?country_code=JP").await;
    let all = directory["all_brands"].as_array().unwrap();
    for brand in all.iter().take(2).chain(all.iter().skip(120).take(2)) {
        let base = text(brand, "logo_base_url");
        let colour = u32::from_str_radix(&text(brand, "bg_color")[1..], 16).unwrap();
        for (suffix, size) in [("", (1_000, 636)), ("_500x318", (500, 318)), ("_300x190", (300, 190))] {
            for (extension, format) in [("webp", ImageFormat::WebP), ("jpg", ImageFormat::Jpeg)] {
                let answer = supplier.get(&format!("{base}{suffix}.{extension}")).await;
                let image = decode(&answer, format);
                assert_eq!(image.dimensions(), size, "{base}{suffix}.{extension}");
                let corner = image.get_pixel(2, 2).0;
                for (part, shift) in corner.into_iter().zip([16, 8, 0]) {
                    let wanted = u8::try_from((colour >> shift) & 0xff).unwrap();
                    assert!(part.abs_diff(wanted) < 12, "{base}: {corner:?} is not {colour:06x}");
                }
                let inked =
                    image.pixels().filter(|pixel| pixel.0.iter().zip(corner).any(|(a, b)| a.abs_diff(b) > 60)).count();
                let share = inked * 1_000 / (image.width() * image.height()) as usize;
                assert!((15..500).contains(&share), "{base}: {share} ‰ drawn");
            }
        }
    }
}

#[tokio::test]
async fn logos_are_cached_by_browsers_and_missing_ones_are_not_found() {
    let supplier = Supplier::start().await;
    let logo = supplier.get("/sandbox/logos/northpine-outfitters_300x190.webp").await;
    assert_eq!(logo.headers["cache-control"], "public, max-age=86400");
    assert_eq!(logo.headers["content-type"], "image/webp");
    for path in [
        "nothing-here.webp",
        "us-999999-x.webp",
        "us-60-wrong-name.webp",
        "northpine-outfitters.svg",
        "northpine-outfitters_1x1.jpg",
        "..%2f..%2fetc%2fpasswd",
    ] {
        assert_eq!(supplier.get(&format!("/sandbox/logos/{path}")).await.status, 404, "{path}");
    }
    assert_eq!(supplier.get("/sandbox/coins/usdc.webp").await.status, 200);
    assert_eq!(supplier.get("/sandbox/coins/nope.webp").await.status, 404);
}

#[tokio::test]
async fn images_of_codes_honour_the_size_asked_for() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("+esim")).await;
    let id = text(&order, "order_id");
    let done = supplier.until(id, "done", |order| order["order_state"] == "Done").await;
    let url = text(&done["deliveries"][0]["deliverable"], "qr_image_url").to_owned();
    let small = decode(&supplier.get(&url).await, ImageFormat::Png);
    assert_eq!(small.dimensions(), (64, 64));
    let large = url.replace("w=64&h=64", "w=300&h=400");
    let large = decode(&supplier.get(&large).await, ImageFormat::Png);
    assert_eq!(large.dimensions(), (300, 400));
    assert!(large.pixels().any(|pixel| pixel.0 == [0; 3]));
    let huge = decode(&supplier.get(&url.replace("w=64&h=64", "w=99999&h=1")).await, ImageFormat::Png);
    assert_eq!(huge.dimensions(), (1_024, 16));
    let payment = decode(&supplier.get(text(&done, "qr_url")).await, ImageFormat::Png);
    assert_eq!(payment.dimensions(), (256, 256));

    let serial = supplier.order(&gift("+code_serial")).await;
    let done = supplier.until(text(&serial, "order_id"), "done", |order| order["order_state"] == "Done").await;
    let url = text(&done["deliveries"][0]["deliverable"], "barcode_image_url").replace("w=64&h=64", "w=600&h=120");
    assert_eq!(decode(&supplier.get(&url).await, ImageFormat::Png).dimensions(), (600, 120));
}

#[tokio::test]
async fn images_of_undelivered_lines_do_not_exist() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("+esim+waiting_for_payment")).await;
    let line = text(&order["deliveries"][0], "id");
    assert_eq!(supplier.get(&format!("/sandbox/img/qr?line={line}")).await.status, 404);
    assert_eq!(supplier.get("/sandbox/img/qr").await.status, 404);
}
